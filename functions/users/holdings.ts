import { isDeepStrictEqual } from 'node:util'
import { userGroupsChanged, userRolesChanged } from '../../events/users.ts'
import type { Assignment } from '../../shared/access/model.ts'
import { problem } from '../../shared/errors.ts'
import { type Change, changed } from '../../shared/store/entity.ts'
import { ALREADY_ASSIGNED, TOO_MANY_ASSIGNMENTS, TOO_MANY_GROUPS } from './problems.ts'
import type { User } from './user.ts'

/** What stands with a user, or a group, and is read with it at every request: what they were given, and the groups that they are in. */

const MOST_ASSIGNMENTS = 50
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

/** With one more. Throws `ALREADY_ASSIGNED`, `TOO_MANY_ASSIGNMENTS`. */
export function withOne(assignments: readonly Assignment[], one: Assignment): Assignment[] {
  if (assignments.some((each) => isDeepStrictEqual(givenBy(each), givenBy(one)))) throw problem(ALREADY_ASSIGNED)
  const all = [...assignments, one]
  requireRoom(all)
  return all
}

/** What an assignment gives, as events tell it: a role by its id, or a permission by its name. */
export const whatIs = ({ roleId, permission = '' }: Pick<Assignment, 'roleId' | 'permission'>) => roleId ?? permission

export const giveUser = (user: User, assignment: Assignment, at: string): Change<User> =>
  changed<User>(
    user,
    { assignments: withOne(user.assignments, assignment) },
    { event: userRolesChanged, at, data: { added: [whatIs(assignment)], removed: [] } },
  )

/** `undefined` where they do not hold it. */
export function takeFromUser(user: User, assignmentId: string, at: string): Change<User> | undefined {
  const taken = user.assignments.find(({ id }) => id === assignmentId)
  if (!taken) return undefined
  const assignments = user.assignments.filter((each) => each !== taken)
  return changed<User>(user, { assignments }, { event: userRolesChanged, at, data: { added: [], removed: [whatIs(taken)] } })
}

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
