import { type Endpoint, pathOf } from '../../shared/endpoint.ts'
import { openCursor, sealCursor } from '../../shared/store/cursor.ts'
import type { Asking } from './facts.ts'

/** Cursors of what a body asks: each opens the same question of the same organization, and no other. */

export function cursorsOf(contract: Endpoint, { tenant, organization }: Pick<Asking, 'tenant' | 'organization'>, asked: unknown) {
  const binding = { key: organization.cursorKey, tenant: tenant.id, list: `${pathOf(contract)}?${JSON.stringify(asked)}` }
  return {
    /** Throws `INVALID_CURSOR`. */
    open: <T>(cursor: string | undefined): T | undefined => (cursor === undefined ? undefined : openCursor<T>(binding, cursor)),
    seal: (place: unknown): string | null => (place === undefined || place === null ? null : sealCursor(binding, place)),
  }
}

/** A page of what is known whole, behind the last name that was shown. */
export function pageBehind<T>(
  all: readonly T[],
  nameOf: (each: T) => string,
  { limit, after = '' }: { limit: number; after?: string | undefined },
): { items: T[]; last: string | undefined } {
  const rest = all.filter((each) => nameOf(each) > after)
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  return { items, last: last !== undefined && rest.length > limit ? nameOf(last) : undefined }
}
