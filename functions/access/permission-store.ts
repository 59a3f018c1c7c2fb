import { collect, eachPage } from '../../shared/store/pages.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { makePermission, nameAll, type Permission, type PermissionFields, permissions } from './permission.ts'

const PAGE = 1_000

/** The names of the organization's own, by a list that may trail by a second. */
const namesIn = async (tenant: Tenant): Promise<Set<string>> => {
  const pages = eachPage(async (cursor: string | undefined) => {
    const { items, nextCursor } = await tenant.list<Permission>({ partitions: [permissions.plural], index: 'g1', limit: PAGE, cursor })
    return { items: items.map(({ name }) => name), next: nextCursor }
  })
  return new Set(await collect(pages))
}

/** Makes those of these permissions that are not there yet. Throws `NAME_TAKEN` for what concerns the product. */
export async function definePermissions(tenant: Tenant, wanted: readonly PermissionFields[], at: string): Promise<Write[]> {
  const [first, ...others] = wanted.map((fields) => makePermission(tenant.id, fields, at))
  if (!first) return []
  const known = await namesIn(tenant)
  const missing = [first, ...others].filter(({ after }) => !known.has(after.name))
  return missing.length > 0 ? [nameAll(first.after), ...missing.map((change) => save(permissions, change))] : []
}
