import { problem } from '../errors.ts'
import type { Session } from './session.ts'

/** A proof of who acts is fresh for so long. */
export const FRESH_MS = 5 * 60_000

/** Did this session prove itself lately: with the second factor where one is on, with the password where none is? */
export const isFresh = ({ freshAt }: Pick<Session, 'freshAt'>, now: string) =>
  freshAt !== undefined && Date.parse(now) - Date.parse(freshAt) < FRESH_MS

/** Throws `STEP_UP_REQUIRED` unless it did. */
export function requireFresh({ session, now }: { session: Pick<Session, 'freshAt'>; now: string }): void {
  if (!isFresh(session, now)) throw problem('STEP_UP_REQUIRED')
}
