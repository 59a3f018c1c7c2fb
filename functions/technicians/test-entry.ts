import { fromRecord } from '../../shared/event.ts'
import { customerKey, denialPartition, organizationKey } from '../../shared/store/keys.ts'
import { patch, put } from '../../shared/store/writes.ts'
import type { Bench, Person, RequestOptions } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as grant } from './grant-technician-access.ts'
import { handler as revoke } from './revoke-technician-access.ts'

/** For tests: a provider with a technician, and its customer. */

export interface Sides {
  /** Of the provider. */
  grace: Person
  technician: Person
  /** Administrates the customer. */
  ada: Person
}

const organization = (bench: Bench, of: Person, fields: Record<string, unknown>) =>
  bench.tenant(of.organizationId).commit(patch(organizationKey(of.organizationId), fields))

/** The link, on both sides. */
export async function link(bench: Bench, grace: Person, ada: Person, endedAt?: string): Promise<void> {
  const since = '2026-01-01T00:00:00.000Z'
  const ended = endedAt ? { endedAt } : {}
  await organization(bench, ada, { provider: { organizationId: grace.organizationId, since, ...ended } })
  const card = { id: ada.organizationId, name: 'Acme', type: 'customer', status: 'active', since, version: 1, ...ended }
  await bench.tenant(grace.organizationId).commit(put(customerKey(grace.organizationId, ada.organizationId), card))
}

export async function bothSides(bench: Bench): Promise<Sides> {
  const grace = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
  const technician = await bench.member(grace, { roleIds: ['rol_technician'] })
  const ada = await bench.founder()
  await link(bench, grace, ada)
  return { grace, technician, ada }
}

export const SERVICES = ['technicians', 'units', 'users', 'audit']

export const granted = (bench: Bench, { ada, technician }: Sides, terms: object = {}, options: RequestOptions = {}) =>
  bench.request(grant, contracts.grantTechnicianAccess, {
    as: ada,
    body: { technicianId: technician.userId, accessLevel: 'read', allowedServices: SERVICES, ...terms },
    ...options,
  })

export const revoked = (bench: Bench, { ada }: Sides, id: string) =>
  bench.request(revoke, contracts.revokeTechnicianAccess, { as: ada, params: { id }, body: { reason: 'Done.' } })

/** As the technician at the customer. */
export const there = ({ technician, ada }: Sides): RequestOptions => ({
  as: technician,
  headers: { 'x-organization-id': ada.organizationId },
})

/** What the customer's record will be written of: refusals, and what guests were shown. */
export async function traces(bench: Bench, { ada }: Sides) {
  const partitions = [denialPartition(new Date().toISOString().slice(0, 10))]
  const { items } = await bench.tenant(ada.organizationId).list<Record<string, unknown>>({ partitions, limit: 100 })
  return items.map(fromRecord)
}
