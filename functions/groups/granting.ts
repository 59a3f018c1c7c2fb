import { problem } from '../../shared/errors.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import { type Granter, heldBy, requireHeld } from '../../shared/serve/granting.ts'
import { requireAsMighty, type User, users } from '../users/door.ts'
import type { Group } from './group.ts'

/** Who is in a group holds what it holds, so to put somebody there, or to take them out, is to give or to take that. */

/** What whoever is in it holds by it: what it was given, and the groups above it. */
export const heldByGroup = (granter: Pick<Granter, 'policy' | 'now'>, { id, path, assignments }: Group) =>
  heldBy(granter, { id, kind: 'member', assignments, groupIds: path.slice(-2, -1) })

/** Nobody hands out by a group, or takes, what they do not hold, nor from a mightier user; a group that gives nothing is anybody's. */
export async function requireGroupHeld(granter: Granter, group: Group, user: User, what: string): Promise<void> {
  const gifts = await heldByGroup(granter, group)
  if (gifts.length === 0) return
  await requireAsMighty(granter, user, what)
  await requireHeld(granter, gifts, `Nobody can ${what} with permissions that they do not hold.`)
}

/** Whoever has a say in the group has a say over its members then, so they must have it over this user before. Throws `FORBIDDEN`. */
export async function requireSayOver({ access }: Granter, user: User): Promise<void> {
  if (await access.allowed('users:update', resourceOf(users, user))) return
  const message = 'You may not put this user into a group: it takes the permission users:update over them.'
  throw problem('FORBIDDEN', { message, details: { missing: 'users:update' } })
}
