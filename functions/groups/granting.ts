import { requireAllowed } from '../../shared/serve/access.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import { type Granter, heldBy, requireHeld, requireNoGain, requireNoGainIn } from '../../shared/serve/granting.ts'
import { requireAsMighty, requireNothingOpened, type User, users } from '../users/door.ts'
import type { Group } from './group.ts'

/** Who is in a group holds what it holds, so to put somebody there, or to take them out, is to give or to take that. */

/** What whoever is in it holds by it: what it was given, and the groups above it. */
export const heldByGroup = (granter: Pick<Granter, 'policy' | 'now'>, { id, parentId, assignments }: Group) =>
  heldBy(granter, { id, kind: 'member', assignments, groupIds: parentId ? [parentId] : [] })

/** What whoever is in a group, or below it, holds by it and by those above it; nothing at the top. */
const givenUnder = (granter: Granter, groupId: string | undefined) =>
  groupId ? heldBy(granter, { id: groupId, kind: 'member', assignments: [], groupIds: [groupId] }) : []

/** Whatever lies under a group holds what it gives, so who makes something there holds that. Throws `FORBIDDEN`. */
export const requireMakable = async (granter: Granter, parentId: string | undefined): Promise<void> =>
  requireHeld(granter, await givenUnder(granter, parentId), 'Nobody can make a group under groups that give more than they hold.')

/**
 * Who is in a group, or below it, holds what those above it hold: to move it is to give them that, and to take from them what they held where it
 * was; and whoever has a say in the new place has a say over it. Throws `FORBIDDEN`.
 */
export async function requireMovable(granter: Granter, { id, parentId }: Group, newParentId: string | undefined): Promise<void> {
  const gifts = await Promise.all([givenUnder(granter, parentId), givenUnder(granter, newParentId)])
  await requireHeld(granter, gifts.flat(), 'Nobody can move a group out of, or under, groups that give more than they hold.')
  if (newParentId === undefined) return
  const bringing = { moved: { type: 'group', id }, place: { type: 'group', id: newParentId } } as const
  await requireNoGain(granter, bringing, 'Nobody gains a group by bringing it where they may do more.')
}

/** Nobody hands out by a group, or takes, what they do not hold, nor from a mightier user; a group that gives nothing is anybody's. */
export async function requireGroupHeld(granter: Granter, group: Group, user: User, what: string): Promise<void> {
  const gifts = await heldByGroup(granter, group)
  if (gifts.length === 0) return
  await requireAsMighty(granter, user, what)
  await requireHeld(granter, gifts, `Nobody can ${what} with permissions that they do not hold.`)
}

/** What else they hold by being in it, and whatever else whoever puts them there may do with its members. Throws `FORBIDDEN`. */
export async function requireNoGainBy(granter: Granter, before: User, after: User): Promise<void> {
  await requireNothingOpened(granter, before, after)
  await requireNoGainIn(granter, users, before, after)
}

/** Whoever has a say in the group has a say over its members then, so they must have it over this user before. Throws `FORBIDDEN`. */
export function requireSayOver({ access }: Granter, user: User): Promise<void> {
  const message = 'You may not put this user into a group: it takes the permission users:update over them.'
  return requireAllowed(access, 'users:update', resourceOf(users, user), message)
}
