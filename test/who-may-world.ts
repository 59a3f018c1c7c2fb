import { randomUUID } from 'node:crypto'
import { createCustomerOrganization } from '../functions/organizations/contract.ts'
import { handler as createCustomer } from '../functions/organizations/create-customer-organization.ts'
import { organizations } from '../functions/organizations/organization-store.ts'
import { register } from '../functions/users/user.ts'
import { users } from '../functions/users/user-store.ts'
import { sessions } from '../shared/identity/session-store.ts'
import { personKey } from '../shared/store/keys.ts'
import { patch, save } from '../shared/store/writes.ts'
import type { Bench, Person } from './workbench.ts'

/** The people of the table of who may do what to whom, and how each of them meets those whom they act on. */
export interface Seat {
  as: Person
  /** Where they act, if not where they belong. */
  headers?: Record<string, string>
  /** The organization that is acted on. */
  organizationId: string
  /** Somebody new to act on, as they are known there. */
  whom(roleIds?: string[]): Promise<string>
}

export type Cast = Record<string, () => Promise<Seat>>

const at = (organizationId: string) => ({ 'x-organization-id': organizationId })

export const setUser = (
  bench: Bench,
  { organizationId, userId: id }: Pick<Person, 'organizationId' | 'userId'>,
  set: Record<string, unknown>,
) => bench.tenant(organizationId).commit(patch(users.keyOf({ id, organizationId }), set))

export const setOrganization = (bench: Bench, organizationId: string, set: Record<string, unknown>) =>
  bench.tenant(organizationId).commit(patch(organizations.keyOf({ id: organizationId, organizationId }), set))

const setSession = (bench: Bench, { organizationId, sessionId: id, userId: personId }: Person, set: Record<string, unknown>) =>
  bench.tenant(organizationId).commit(patch(sessions.keyOf({ id, organizationId, personId }), set))

const rolesIn = (roleIds: string[] | undefined) => (roleIds ? { roleIds } : {})

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

/** A member of one organization who belongs to another, and is at home there. */
async function visitor(bench: Bench, home: Person, organizationId: string, roleIds = ['rol_basic_user']): Promise<string> {
  const { userId: id, email } = await bench.member(home)
  const names = { firstName: 'Grace', lastName: 'Hopper', roleIds, by: id }
  await bench.tenant(organizationId).commit(save(users, register({ id, organizationId, email, ...names, at: new Date().toISOString() })))
  await bench.tenant(organizationId).commit(patch(personKey(id), { elsewhere: 1 }))
  return id
}

/** The same, removed at home since. */
async function leftBehind(bench: Bench, home: Person, organizationId: string, roleIds?: string[]): Promise<string> {
  const id = await visitor(bench, home, organizationId, roleIds)
  await setUser(bench, { ...home, userId: id }, { deletedAt: minutesAgo(60) })
  await bench.tenant(organizationId).commit(patch(personKey(id), { isGoneFromHome: true }))
  return id
}

export function castOf(bench: Bench): Cast {
  const within = (as: Person): Seat => ({
    as,
    organizationId: as.organizationId,
    whom: async (roleIds) => (await bench.member(as, rolesIn(roleIds))).userId,
  })
  const admin = async (set: Record<string, unknown> = {}) => {
    const as = await bench.founder()
    if (Object.keys(set).length > 0) await setUser(bench, as, set)
    return within(as)
  }
  const adminOf = async (set: Record<string, unknown>) => {
    const as = await bench.founder()
    await setOrganization(bench, as.organizationId, set)
    return within(as)
  }
  const customer = async () => {
    const as = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
    const reply = await bench.request(createCustomer, createCustomerOrganization, { as, body: { name: `Customer ${randomUUID()}` } })
    const organizationId: string = reply.body.data.id
    return {
      ...within(as),
      organizationId,
      whom: async (roleIds?: string[]) => (await bench.member({ ...as, organizationId }, rolesIn(roleIds))).userId,
    }
  }
  return {
    admin: () => admin(),
    super: async () => within(await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })),
    async guest() {
      const [as, home] = [await bench.founder(), await bench.founder()]
      return { ...within(as), whom: (roleIds) => visitor(bench, home, as.organizationId, roleIds) }
    },
    async stranger() {
      const [as, home] = [await bench.founder(), await bench.founder()]
      return { ...within(home), as }
    },
    async intruder() {
      const [as, home] = [await bench.founder(), await bench.founder()]
      return { ...within(home), as, headers: at(home.organizationId) }
    },
    provider: customer,
    async visiting() {
      const seat = await customer()
      return { ...seat, headers: at(seat.organizationId) }
    },
    async parted() {
      const { as: provider, organizationId } = await customer()
      const as = await bench.member({ ...provider, organizationId }, { roleIds: ['rol_admin'] })
      const link = { organizationId: provider.organizationId, since: minutesAgo(60), endedAt: minutesAgo(1) }
      await setUser(bench, as, { fromProvider: provider.organizationId })
      await setOrganization(bench, organizationId, { provider: link })
      return within(as)
    },
    async self() {
      const as = await bench.member(await bench.founder())
      return { as, organizationId: as.organizationId, whom: async () => as.userId }
    },
    basic: async () => within(await bench.member(await bench.founder())),
    async manager() {
      const as = await bench.member(await bench.founder({ type: 'mss_provider' }), { roleIds: ['rol_account_manager'] })
      return within(as)
    },
    async upstart() {
      const as = await bench.member(await bench.founder({ type: 'mss_provider' }), { roleIds: ['rol_account_manager'] })
      return { ...within(as), whom: async () => (await bench.member(as, { roleIds: ['rol_super_admin'] })).userId }
    },
    locked: () => admin({ status: 'locked' }),
    disabled: () => admin({ status: 'disabled' }),
    removed: () => admin({ deletedAt: new Date().toISOString() }),
    async ended() {
      const seat = await admin()
      await setSession(bench, seat.as, { status: 'revoked' })
      return seat
    },
    async outlived() {
      const seat = await adminOf({ settings: { sessionPolicy: { lifetimeMinutes: 15 } } })
      await setSession(bench, seat.as, { createdAt: minutesAgo(16) })
      return seat
    },
    async local() {
      const seat = await customer()
      return { ...seat, as: await bench.member(seat.as, { roleIds: ['rol_admin'] }) }
    },
    async steward() {
      const seat = await customer()
      return { ...seat, as: await bench.member(seat.as, { roleIds: ['rol_account_manager'] }) }
    },
    async unfresh() {
      const seat = await admin()
      await setSession(bench, seat.as, { freshAt: minutesAgo(5) })
      return seat
    },
    async unfreshProvider() {
      const seat = await customer()
      await setSession(bench, seat.as, { freshAt: minutesAgo(5) })
      return seat
    },
    factorless: () => adminOf({ settings: { mfaRequired: true } }),
    suspended: () => adminOf({ status: 'suspended' }),
    leaving: () => adminOf({ status: 'offboarding' }),
    closed: () => adminOf({ status: 'closed' }),
    async heir() {
      const [as, home] = [await bench.founder(), await bench.founder()]
      return { ...within(as), whom: (roleIds) => leftBehind(bench, home, as.organizationId, roleIds) }
    },
    async held() {
      const seat = await admin()
      await setSession(bench, seat.as, { heldSince: minutesAgo(1) })
      return seat
    },
  }
}
