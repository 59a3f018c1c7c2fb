import type { Assignment } from '../../shared/access/model.ts'
import { type Granter, requireHeld } from '../../shared/serve/granting.ts'
import type { Key } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { type Group, giveGroup, groups, heldByGroup, takeFromGroup } from '../groups/door.ts'
import { giveUser, requireAsMighty, takeFromUser, type User, users } from '../users/door.ts'
import type { Subject } from './assignment.ts'

/** Who holds what they were given: a user, or a group for all that are in it. */
export interface Holder {
  key: Key
  assignments: readonly Assignment[]
  /** Nobody decides over who may do more than they. Throws `FORBIDDEN`. */
  requireAsMighty(granter: Granter, what: string): Promise<void>
  gets(assignment: Assignment, at: string): Write
  /** Nothing to write where they do not hold it. */
  loses(assignmentId: string, at: string): Write[]
}

const saved = <C>(change: C | undefined, write: (change: C) => Write): Write[] => (change ? [write(change)] : [])

const userAsHolder = (user: User): Holder => ({
  key: users.keyOf(user),
  assignments: user.assignments,
  requireAsMighty: (granter, what) => requireAsMighty(granter, user, what),
  gets: (assignment, at) => save(users, giveUser(user, assignment, at)),
  loses: (id, at) => saved(takeFromUser(user, id, at), (change) => save(users, change)),
})

const groupAsHolder = (group: Group): Holder => ({
  key: groups.keyOf(group),
  assignments: group.assignments,
  requireAsMighty: async (granter, what) =>
    requireHeld(granter, await heldByGroup(granter, group), `Nobody can ${what} a group that gives more than they hold.`),
  gets: (assignment, at) => save(groups, giveGroup(group, assignment, at)),
  loses: (id, at) => saved(takeFromGroup(group, id, at), (change) => save(groups, change)),
})

/** Whoever it is, unless they are not here, or no more. API keys come with their own records. */
export async function holderOf(tenant: Tenant, { type, id }: Subject): Promise<Holder | undefined> {
  if (type === 'group') {
    const group = await tenant.get(groups, id)
    return group && !group.deletedAt ? groupAsHolder(group) : undefined
  }
  const user = type === 'user' ? await tenant.get(users, id) : undefined
  return user && !user.deletedAt && user.kind === 'member' ? userAsHolder(user) : undefined
}

/** A subject is of the type that its id says. */
export const subjectOf = (id: string): Subject => ({ type: id.startsWith('grp_') ? 'group' : 'user', id })
