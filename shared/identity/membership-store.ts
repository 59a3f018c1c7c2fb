import { systemRole } from '../access/system-roles.ts'
import type { OrganizationGate, PrincipalGate } from '../serve/call.ts'
import { membershipKey, membershipsPartition, tenantsKey } from '../store/keys.ts'
import { readAll } from '../store/pages.ts'
import type { Table } from '../store/table.ts'
import { put, strip, type Write } from '../store/writes.ts'
import type { Membership, OrganizationCard } from './person.ts'

type Member = Pick<PrincipalGate, 'id' | 'organizationId' | 'status' | 'deletedAt' | 'assignments' | 'version'>

export function membershipOf(user: Member): Membership {
  const first = user.assignments.find((assignment) => assignment.roleId)?.roleId
  return {
    organizationId: user.organizationId,
    role: first ? (systemRole(first)?.name ?? first) : null,
    userStatus: user.deletedAt ? 'deleted' : user.status,
    version: user.version,
  }
}

/** What shows an older state never replaces what shows a newer one: events come unordered. */
const NOT_OLDER = (version: number) => ({
  expression: 'attribute_not_exists(#version) OR #version <= :version',
  names: { '#version': 'version' },
  values: { ':version': version },
})

export const putMembership = (user: Member): Write =>
  put(membershipKey(user.id, user.organizationId), { ...membershipOf(user) }, NOT_OLDER(user.version), 'VERSION_CONFLICT')

export const putCard = ({ id, name, type, status, closesAt, version }: OrganizationGate): Write =>
  put(tenantsKey(id), { id, name, type, status, version, ...(closesAt ? { closesAt } : {}) }, NOT_OLDER(version), 'VERSION_CONFLICT')

/** Where a person belongs, the oldest organization first. */
export const readMemberships = async (table: Pick<Table, 'query'>, id: string): Promise<Membership[]> =>
  (await readAll(table, membershipsPartition(id))).map((item) => strip<Membership>(item))

/** What a person is or was in one organization, as it is shown outside the tenants. */
export async function findMembership(table: Pick<Table, 'read'>, id: string, organizationId: string): Promise<Membership | undefined> {
  const [item] = await table.read([membershipKey(id, organizationId)])
  return item && strip<Membership>(item)
}

/** The cards of these organizations; one that is gone is left out. */
export async function readCards(table: Table, ids: readonly string[]): Promise<OrganizationCard[]> {
  if (ids.length === 0) return []
  const cards = await table.read(ids.slice(0, 100).map(tenantsKey))
  return cards.flatMap((card) => (card ? [strip<OrganizationCard>(card)] : []))
}
