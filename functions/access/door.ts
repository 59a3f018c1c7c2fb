import type { Tenant } from '../../shared/store/tenant.ts'
import { roles } from './role.ts'

/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */
export { give, take } from './assigning.ts'
export { assignments, type Giving, type RoleAssignment } from './assignment.ts'
export { type Permission, permissions } from './permission.ts'
export { definePermissions } from './permission-store.ts'
export { type Role, roles } from './role.ts'

/** What people call it: an organization's own role by its name, be it removed. What else there is stays what it is. */
export async function calledHere(tenant: Pick<Tenant, 'get'>, what: string): Promise<string> {
  const role = /^rol_[0-9a-z]{26}$/.test(what) ? await tenant.get(roles, what) : undefined
  return role?.displayName ?? what
}
