import type * as z from 'zod'
import { roleCreated, roleDeleted, rolePermissionsChanged, roleUpdated } from '../../events/access.ts'
import { type Role as PolicyRole, systemRole, systemRoles } from '../../shared/access/system-roles.ts'
import { problem } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import type { OrganizationGate } from '../../shared/serve/call.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'
import type { Role as RoleReply } from './contract.ts'
import { SYSTEM_ROLE, TOO_MANY_ROLES } from './problems.ts'

/** A role of an organization's own; or one of the system, which is stored nowhere. */
export interface Role extends Versioned, PolicyRole {}

export interface RoleFields {
  displayName: string
  description?: string | undefined
}

export const roles = entity<Role>({
  name: 'ROLE',
  all: true,
  guards: { ROLE_NAME: { of: ({ name, deletedAt }) => (deletedAt ? undefined : name), conflict: 'NAME_TAKEN' } },
  tally: { kind: 'ROLES', counts: ({ deletedAt }) => !deletedAt, atMost: 1_000, conflict: TOO_MANY_ROLES },
  search: ({ name, displayName }) => [name.replaceAll('_', ' '), displayName],
  label: ({ displayName }) => displayName,
  policy: ['permissions', 'deletedAt', 'name', 'displayName'],
})

/** A system role as what an organization has. */
export const asSystemRole = (role: PolicyRole): Role => ({ ...role, organizationId: '', version: 0, createdAt: '', updatedAt: '' })

/** The role that a route names, be it the organization's own or the system's. */
export const roleOrSystemRole = {
  resource: roles,
  constant(id: string) {
    const known = systemRole(id)
    return known && asSystemRole(known)
  },
}

/** Can it be given in an organization of this type? */
export const isFor =
  ({ type }: Pick<OrganizationGate, 'type'>) =>
  ({ organizationType }: PolicyRole) =>
    organizationType === 'any' || organizationType === type

/** Each permission once, in the order of the alphabet. */
const orderly = (permissions: readonly string[]) => [...new Set(permissions)].sort()

/** Throws `NAME_TAKEN` for what a role of the system is called, here or in an organization of another type. */
export function makeRole(organizationId: string, fields: RoleFields & Pick<Role, 'name' | 'permissions'>, at: string): Change<Role> {
  const { name, displayName, description = '', permissions } = fields
  if (systemRoles.some((role) => role.name === name)) throw problem('NAME_TAKEN')
  return created<Role>(
    {
      id: newId('rol', Date.parse(at)),
      organizationId,
      name,
      displayName,
      description,
      permissions: orderly(permissions),
      isSystem: false,
      organizationType: 'any',
    },
    { event: roleCreated, at },
  )
}

/** The organization's own, which it may change. Throws `SYSTEM_ROLE`. */
function requireOwn({ isSystem }: Role): void {
  if (isSystem) throw problem(SYSTEM_ROLE)
}

export const fieldsOf = ({ displayName, description }: Role): RoleFields => ({ displayName, description })

export function edit(role: Role, { displayName, description = '' }: RoleFields, at: string): Change<Role> | undefined {
  requireOwn(role)
  if (displayName === role.displayName && description === role.description) return undefined
  return changed<Role>(role, { displayName, description }, { event: roleUpdated, at })
}

/** Gives the role exactly these permissions. */
export function setPermissions(role: Role, permissions: readonly string[], at: string): Change<Role> | undefined {
  requireOwn(role)
  const wanted = orderly(permissions)
  const added = wanted.filter((each) => !role.permissions.includes(each))
  const removed = role.permissions.filter((each) => !wanted.includes(each))
  if (added.length === 0 && removed.length === 0) return undefined
  return changed<Role>(role, { permissions: wanted }, { event: rolePermissionsChanged, at, data: { added, removed } })
}

/** Whoever was given it holds nothing by it any more. */
export function remove(role: Role, at: string): Change<Role> {
  requireOwn(role)
  return changed<Role>(role, { deletedAt: at }, { event: roleDeleted, at })
}

/** What the contract does not name of a system role stays inside. */
export const toRole = ({ permissions, isSystem, ...role }: Role): z.input<typeof RoleReply> =>
  ({
    ...role,
    permissions: [...permissions],
    isSystem,
    deletedAt: role.deletedAt ?? null,
  }) as z.input<typeof RoleReply>
