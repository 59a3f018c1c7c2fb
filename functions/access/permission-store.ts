import type { Tenant } from '../../shared/store/tenant.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { guardOf, makePermission, nameAll, type PermissionFields, permissions } from './permission.ts'

/** Makes those of these permissions that are not there yet. Throws `NAME_TAKEN` for what concerns the product. */
export async function definePermissions(tenant: Tenant, wanted: readonly PermissionFields[], at: string): Promise<Write[]> {
  const changes = wanted.map((fields) => makePermission(tenant.id, fields, at))
  const [first] = changes
  if (!first) return []
  const known = await tenant.read(...wanted.map(({ name }) => guardOf(tenant.id, name)))
  return [nameAll(first.after), ...changes.filter((_, n) => known[n] === undefined).map((change) => save(permissions, change))]
}
