import { roleCreated, roleDeleted, rolePermissionsChanged, roleUpdated } from '../../events/access.ts'
import type { Role as PolicyRole } from '../../shared/access/system-roles.ts'
import { newId } from '../../shared/ids.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'

/** A role of an organization's own, beside those of the system. */
export interface Role extends Versioned, PolicyRole {
  isSystem: false
  organizationType: 'any'
}

export type RoleFields = Pick<Role, 'displayName' | 'description'>

export const roles = entity<Role>({
  name: 'ROLE',
  all: true,
  guards: { ROLE_NAME: { of: ({ name, deletedAt }) => (deletedAt ? undefined : name), conflict: 'NAME_TAKEN' } },
  label: ({ displayName }) => displayName,
  policy: ['permissions', 'deletedAt', 'name', 'displayName'],
})

/** Each permission once, in the order of the alphabet. */
const orderly = (permissions: readonly string[]) => [...new Set(permissions)].sort()

export const makeRole = (organizationId: string, fields: RoleFields & Pick<Role, 'name' | 'permissions'>, at: string): Change<Role> =>
  created<Role>(
    {
      id: newId('rol', Date.parse(at)),
      organizationId,
      ...fields,
      permissions: orderly(fields.permissions),
      isSystem: false,
      organizationType: 'any',
    },
    { event: roleCreated, at },
  )

export const fieldsOf = ({ displayName, description }: Role): RoleFields => ({ displayName, description })

export function edit(role: Role, { displayName, description }: RoleFields, at: string): Change<Role> | undefined {
  if (displayName === role.displayName && description === role.description) return undefined
  return changed<Role>(role, { displayName, description }, { event: roleUpdated, at })
}

/** Gives the role exactly these permissions. */
export function setPermissions(role: Role, permissions: readonly string[], at: string): Change<Role> | undefined {
  const wanted = orderly(permissions)
  const added = wanted.filter((each) => !role.permissions.includes(each))
  const removed = role.permissions.filter((each) => !wanted.includes(each))
  if (added.length === 0 && removed.length === 0) return undefined
  return changed<Role>(role, { permissions: wanted }, { event: rolePermissionsChanged, at, data: { added, removed } })
}

/** Whoever was given it holds nothing by it any more. */
export const remove = (role: Role, at: string): Change<Role> => changed<Role>(role, { deletedAt: at }, { event: roleDeleted, at })
