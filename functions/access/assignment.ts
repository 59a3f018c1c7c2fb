import { roleAssignmentCreated, roleAssignmentDeleted } from '../../events/access.ts'
import type { Assignment, Condition, Scope } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'
import { whatIs } from '../users/door.ts'

export interface Subject {
  type: 'user' | 'group' | 'api_key'
  id: string
}

/**
 * What somebody was given, as a record of its own, so that it is found by its id, its role and its holder. Access is decided by the copy that
 * stands with the holder; both are written together.
 */
export interface RoleAssignment extends Versioned, Omit<Assignment, 'createdAt'> {
  subject: Subject
}

export const assignments = entity<RoleAssignment>({
  name: 'ROLE_ASSIGNMENT',
  all: true,
  byPlace: 'kept',
  lists: {
    SUBJECT: { index: 'g2', of: ({ subject }) => subject.id },
    ROLE: { index: 'g3', of: whatIs },
  },
  access: {
    unitId: ({ scope }) => (scope.type === 'unit' ? scope.id : undefined),
    groupIds: ({ scope }) => (scope.type === 'group' ? [scope.id] : []),
  },
})

export interface Giving {
  subject: Subject
  roleId?: string | undefined
  permission?: string | undefined
  scope: Scope
  conditions?: Condition[] | undefined
  expiresAt?: string | undefined
}

/** As it stands with its holder. */
export const inlineOf = ({ id, roleId, permission, scope, conditions, expiresAt, grantedBy, createdAt }: RoleAssignment): Assignment => ({
  id,
  ...(roleId ? { roleId } : {}),
  ...(permission ? { permission } : {}),
  scope,
  ...(conditions?.length ? { conditions } : {}),
  ...(expiresAt ? { expiresAt } : {}),
  grantedBy,
  createdAt,
})

/** What stands with a holder, as a record; given with the user, it has no other. */
export const recordOf = (organizationId: string, subject: Subject, inline: Assignment): RoleAssignment => ({
  ...inline,
  organizationId,
  subject,
  version: 1,
  updatedAt: inline.createdAt,
})

const told = ({ subject, ...given }: Pick<RoleAssignment, 'subject' | 'roleId' | 'permission'>) => ({ subject, what: whatIs(given) })

export function assign(organizationId: string, giving: Giving, by: string, at: string): Change<RoleAssignment> {
  const { roleId, permission, conditions = [], expiresAt, ...where } = giving
  const given = {
    ...where,
    ...(roleId ? { roleId } : {}),
    ...(permission ? { permission } : {}),
    ...(conditions.length > 0 ? { conditions } : {}),
    ...(expiresAt ? { expiresAt } : {}),
  }
  return created<RoleAssignment>(
    { id: newId('asg', Date.parse(at)), organizationId, ...given, grantedBy: by },
    { event: roleAssignmentCreated, at, data: told(giving) },
  )
}

export const takeAway = (assignment: RoleAssignment, at: string): Change<RoleAssignment> =>
  changed<RoleAssignment>(assignment, { deletedAt: at }, { event: roleAssignmentDeleted, at, data: told(assignment) })

/** The same, with whoever holds it now: its former holder has another record, or was brought back. */
export const heldAgain = (assignment: RoleAssignment, subject: Subject, at: string): Change<RoleAssignment> =>
  changed<RoleAssignment>(
    assignment,
    { subject, deletedAt: undefined },
    { event: roleAssignmentCreated, at, data: told({ ...assignment, subject }) },
  )

export const toAssignment = ({ roleId, permission, expiresAt, conditions = [], deletedAt, ...assignment }: RoleAssignment) => ({
  ...assignment,
  roleId: roleId ?? null,
  permission: permission ?? null,
  expiresAt: expiresAt ?? null,
  conditions,
  deletedAt: deletedAt ?? null,
})
