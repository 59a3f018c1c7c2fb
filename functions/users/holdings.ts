import { isDeepStrictEqual } from 'node:util'
import { userGroupsChanged, userRolesChanged } from '../../events/users.ts'
import type { Assignment } from '../../shared/access/model.ts'
import { problem } from '../../shared/errors.ts'
import type { EventType } from '../../shared/event.ts'
import { type Change, changed, type Versioned } from '../../shared/store/entity.ts'
import { ALREADY_ASSIGNED, TOO_MANY_ASSIGNMENTS, TOO_MANY_GROUPS } from './problems.ts'
import type { User } from './user.ts'

/** What stands with a user, or a group, and is read with it at every request: what they were given, and the groups that they are in. */

export const MOST_ASSIGNMENTS = 50
const MOST_GROUPS = 50

const givenBy = ({ roleId, permission, scope, conditions = [], expiresAt }: Assignment) => ({
  roleId,
  permission,
  scope,
  conditions,
  expiresAt,
})

/** Throws `TOO_MANY_ASSIGNMENTS`. */
export function requireRoom(assignments: readonly Assignment[]): void {
  if (assignments.length > MOST_ASSIGNMENTS) throw problem(TOO_MANY_ASSIGNMENTS)
}

/** Throws `ALREADY_ASSIGNED`, `TOO_MANY_ASSIGNMENTS`. */
export function withOne(assignments: readonly Assignment[], one: Assignment): Assignment[] {
  if (assignments.some((each) => isDeepStrictEqual(givenBy(each), givenBy(one)))) throw problem(ALREADY_ASSIGNED)
  const all = [...assignments, one]
  requireRoom(all)
  return all
}

/** What an assignment gives, as events tell it: a role by its id, or a permission by its name. */
export const whatIs = ({ roleId, permission = '' }: Pick<Assignment, 'roleId' | 'permission'>) => roleId ?? permission

/** Giving something to whoever holds assignments, and taking it away, told by this event. */
export const holdings = <T extends Versioned & { assignments: Assignment[] }>(event: EventType) => ({
  /** Throws `ALREADY_ASSIGNED`, `TOO_MANY_ASSIGNMENTS`. */
  give(holder: T, assignment: Assignment, at: string): Change<T> {
    const patch = { assignments: withOne(holder.assignments, assignment) } as Partial<T>
    return changed<T>(holder, patch, { event, at, data: { added: [whatIs(assignment)], removed: [] } })
  },
  /** `undefined` where they do not hold it. */
  take(holder: T, assignmentId: string, at: string): Change<T> | undefined {
    const taken = holder.assignments.find(({ id }) => id === assignmentId)
    if (!taken) return undefined
    const patch = { assignments: holder.assignments.filter((each) => each !== taken) } as Partial<T>
    return changed<T>(holder, patch, { event, at, data: { added: [], removed: [whatIs(taken)] } })
  },
})

export const { give: giveUser, take: takeFromUser } = holdings<User>(userRolesChanged)

/** Throws `TOO_MANY_GROUPS`; `undefined` where they are in it already. */
export function joinGroup(user: User, groupId: string, at: string): Change<User> | undefined {
  const { groupIds = [] } = user
  if (groupIds.includes(groupId)) return undefined
  if (groupIds.length >= MOST_GROUPS) throw problem(TOO_MANY_GROUPS)
  return changed<User>(
    user,
    { groupIds: [...groupIds, groupId] },
    { event: userGroupsChanged, at, data: { added: [groupId], removed: [] } },
  )
}

/** `undefined` where they are not in it. */
export function leaveGroup(user: User, groupId: string, at: string): Change<User> | undefined {
  const { groupIds = [] } = user
  if (!groupIds.includes(groupId)) return undefined
  return changed<User>(
    user,
    { groupIds: groupIds.filter((id) => id !== groupId) },
    { event: userGroupsChanged, at, data: { added: [], removed: [groupId] } },
  )
}
