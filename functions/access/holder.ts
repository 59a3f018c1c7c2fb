import type { Assignment } from '../../shared/access/model.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import { type Granter, heldBy, knows, requireHeld } from '../../shared/serve/granting.ts'
import type { Key } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { type Group, giveGroup, groups, heldByGroup, takeFromGroup } from '../groups/door.ts'
import { type ApiKey, apiKeys, giveKey, takeFromKey } from '../keys/door.ts'
import { giveUser, requireAsMighty, takeFromUser, type User, users } from '../users/door.ts'
import type { Subject } from './assignment.ts'

/** Who holds what they were given: a user, an API key, or a group for all that are in it. */
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
    requireHeld(granter, await heldByGroup(granter, group), `Nobody can ${what} a group that gives more than they hold.`, {
      knows: () => knows(granter, resourceOf(groups, group)),
    }),
  gets: (assignment, at) => save(groups, giveGroup(group, assignment, at)),
  loses: (id, at) => saved(takeFromGroup(group, id, at), (change) => save(groups, change)),
})

const keyAsHolder = (key: ApiKey): Holder => ({
  key: apiKeys.keyOf(key),
  assignments: key.assignments,
  requireAsMighty: async (granter, what) =>
    requireHeld(granter, await heldBy(granter, key), `Nobody can ${what} an API key that may do more than they.`, {
      knows: () => knows(granter, resourceOf(apiKeys, key), 'api_keys:read'),
    }),
  gets: (assignment, at) => save(apiKeys, giveKey(key, assignment, at)),
  loses: (id, at) => saved(takeFromKey(key, id, at), (change) => save(apiKeys, change)),
})

const BY_TYPE = {
  user: async (tenant: Tenant, id: string) => here(await tenant.get(users, id), userAsHolder),
  group: async (tenant: Tenant, id: string) => here(await tenant.get(groups, id), groupAsHolder),
  api_key: async (tenant: Tenant, id: string) => here(await tenant.get(apiKeys, id), keyAsHolder),
} satisfies Record<Subject['type'], (tenant: Tenant, id: string) => Promise<Holder | undefined>>

const here = <T extends { deletedAt?: string }>(found: T | undefined, as: (found: T) => Holder) =>
  found && !found.deletedAt ? as(found) : undefined

/** Whoever it is, unless they are not here, or no more. */
export const holderOf = (tenant: Tenant, { type, id }: Subject): Promise<Holder | undefined> => BY_TYPE[type](tenant, id)

const TYPES: Record<string, Subject['type']> = { grp: 'group', key: 'api_key' }

/** A subject is of the type that its id says. */
export const subjectOf = (id: string): Subject => ({ type: TYPES[id.slice(0, id.indexOf('_'))] ?? 'user', id })
