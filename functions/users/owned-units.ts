import { userOwnedUnitsChanged } from '../../events/users.ts'
import type { Assignment } from '../../shared/access/model.ts'
import { UNIT_OWNER_ROLE } from '../../shared/access/system-roles.ts'
import { newId } from '../../shared/ids.ts'
import { type Change, changed } from '../../shared/store/entity.ts'
import { withOne } from './holdings.ts'
import type { User } from './user.ts'

/** Whoever looks after a unit holds the role of its owner there, and nobody else does by that. */

const isOwnership = ({ roleId, scope }: Assignment, unitId: string) =>
  roleId === UNIT_OWNER_ROLE && scope.type === 'unit' && scope.id === unitId

/** Throws `ALREADY_ASSIGNED`, `TOO_MANY_ASSIGNMENTS`. */
export function giveUnit(user: User, unitId: string, by: string, at: string): Change<User> {
  const given: Assignment = {
    id: newId('asg', Date.parse(at)),
    roleId: UNIT_OWNER_ROLE,
    scope: { type: 'unit', id: unitId },
    grantedBy: by,
    createdAt: at,
  }
  return changed<User>(
    user,
    { assignments: withOne(user.assignments, given) },
    { event: userOwnedUnitsChanged, at, data: { given: [unitId], taken: [] } },
  )
}

/** `undefined` where they do not hold it. */
export function takeUnit(user: User, unitId: string, at: string): Change<User> | undefined {
  const assignments = user.assignments.filter((each) => !isOwnership(each, unitId))
  if (assignments.length === user.assignments.length) return undefined
  return changed<User>(user, { assignments }, { event: userOwnedUnitsChanged, at, data: { given: [], taken: [unitId] } })
}
