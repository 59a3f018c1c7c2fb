import { totpCode } from '../local/cognito/totp.ts'

const STEP_MS = 30_000
/** A code this close to the end of its time might arrive too late. */
const MARGIN_MS = 8_000

const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

/**
 * An authenticator app, which never shows a code twice: from the earliest that is still taken to the latest that is already; for the one
 * after that it waits, in the few tests that need three at an unlucky moment.
 */
export function appWith(secret: string): () => string {
  let last = 0
  return () => {
    last = Math.max(last + 1, Math.floor((Date.now() + MARGIN_MS) / STEP_MS) - 1)
    pause(Math.max(0, (last - 1) * STEP_MS - Date.now()))
    return totpCode(secret, last * STEP_MS)
  }
}

export const wrongCode = (right: string) => String((Number(right) + 1) % 1_000_000).padStart(6, '0')
