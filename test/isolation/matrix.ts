import * as audit from '../../functions/audit/contract.ts'
import { handler as listAudit } from '../../functions/audit/list-audit-logs.ts'
import { handler as onAnyEvent } from '../../functions/audit/on-any-event.ts'
import { exchangeKey } from '../../functions/identity/contract.ts'
import { handler as exchange } from '../../functions/identity/exchange-key.ts'
import { createApiKey } from '../../functions/keys/contract.ts'
import { handler as createKey } from '../../functions/keys/create-api-key.ts'
import { isSelfCare, type Named } from '../../shared/endpoint.ts'
import { fromRecord } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { denialPartition, guestKey, itemKey, organizationKey, sessionKey } from '../../shared/store/keys.ts'
import { patch, put, putNew, raisePolicy } from '../../shared/store/writes.ts'
import type { Person, Reply, RequestOptions } from '../workbench.ts'
import { call, type Load, requestOf, type World } from './matrix-world.ts'

/**
 * The isolation matrix: whoever has no business in an organization, or none any more, against every endpoint that takes a token. What an
 * endpoint does is not asked here: nobody gets as far.
 */

/** Somebody who is to be refused. */
export interface Seat {
  /** Who it is, and where they act. */
  sends: RequestOptions
  /** The actor of the traces, who has left none before. */
  actorId: string
  /** Lets them in again, before they lose it once more to another worker, of which this one hears nothing. */
  regains?(): Promise<unknown>
  loses?(): Promise<unknown>
  leaves?(): Promise<unknown>
}

export interface Row {
  name: string
  /** What is answered: status, code, and what barred them or what they lack. */
  refused(named: Named): string
  /** What they may call none the less, and why. */
  open?: { because: string; to(named: Named): boolean }
  /** Why a refusal is not on the organization's record, if it is not. */
  untraced?: string
  seat(world: World): Promise<Seat>
}

const PAST = '2026-01-01T00:00:00.000Z'
const LET_IN = ['*:*']

const permissionOf = ({ contract }: Named) => ('permission' in contract ? contract.permission : '')
const asksNothing = ({ contract }: Named) => 'self' in contract
const barred = (by: string) => () => `403 FORBIDDEN ${by}`

/** At an hour of a day that is three days away. */
const elsewhen = () => ({ timeZone: 'UTC', days: [(new Date().getUTCDay() + 3) % 7 || 7], from: '08:00', to: '18:00' })

const at = ({ organizationId }: Person) => ({ 'x-organization-id': organizationId })

/** A guest who is let in on these terms. */
async function guest(world: World, terms: object = {}): Promise<Seat & { technician: Person }> {
  const { technician } = await world.guest(terms)
  return { technician, actorId: technician.userId, sends: { as: technician, headers: at(world.ada) } }
}

const setGuest = ({ bench, ada: { organizationId } }: World, { userId }: Person, fields: Record<string, unknown>) =>
  bench.tenant(organizationId).commit(patch(guestKey(organizationId, userId), fields))

const setOrganization = ({ bench }: World, { organizationId }: Person, fields: Record<string, unknown>) =>
  bench.tenant(organizationId).commit(patch(organizationKey(organizationId), fields))

/** Of an organization that is suspended while they look. */
function suspending(world: World, whose: Person): Pick<Seat, 'regains' | 'loses' | 'leaves'> {
  const set = (status: string) => setOrganization(world, whose, { status })
  return { regains: () => set('active'), loses: () => set('suspended'), leaves: () => set('active') }
}

const claimsIn = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

export const rows = {
  stranger: {
    name: 'somebody of another organization, who names this one',
    refused: () => '404 NOT_FOUND',
    untraced: 'Whoever is nobody here could fill its record, and learn by how long that takes that it is there.',
    async seat({ bench, ada }) {
      const eve = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
      return { actorId: eve.userId, sends: { as: eve, headers: at(ada) } }
    },
  },
  expired: {
    name: 'a guest whose access has expired',
    refused: barred('expiry'),
    async seat(world) {
      const seat = await guest(world, { expiresAt: new Date(Date.now() + 3_600_000).toISOString() })
      // What only time does.
      await setGuest(world, seat.technician, { expiresAt: PAST })
      return seat
    },
  },
  hours: {
    name: 'a guest out of hours',
    refused: barred('environment.time'),
    seat: (world) => guest(world, { timeRestrictions: elsewhen() }),
  },
  address: {
    name: 'a guest from another address than theirs',
    refused: barred('environment.ip'),
    seat: (world) => guest(world, { ipRestrictions: ['203.0.113.0/24'] }),
  },
  service: {
    name: 'a guest in a part of the product that is not theirs',
    refused: barred('environment.service'),
    seat: (world) => guest(world, { allowedServices: ['elsewhere'] }),
  },
  ended: {
    name: 'a guest whose access was ended a moment ago',
    refused: () => '404 NOT_FOUND',
    async seat(world) {
      const seat = await guest(world)
      const { technician } = seat
      // Put anew each time, as a guest who is let in again is.
      const { organizationId } = world.ada
      const key = guestKey(organizationId, technician.userId)
      const [stored = {}] = await world.bench.tenant(organizationId).read<Record<string, unknown>>(key)
      return {
        ...seat,
        regains: () => world.bench.tenant(organizationId).commit(put(key, stored)),
        loses: () => setGuest(world, technician, { endedAt: PAST }),
      }
    },
  },
  revoked: {
    name: 'a member whose role was emptied a moment ago',
    refused: (named) => `403 FORBIDDEN ${permissionOf(named)}`,
    open: { because: 'What people do for themselves takes no permission that could be taken away.', to: asksNothing },
    async seat({ bench, ada }) {
      const { organizationId } = ada
      const id = newId('rol')
      const role = { id, organizationId, name: 'everything', displayName: 'Everything', permissions: LET_IN, version: 1 }
      await bench.tenant(organizationId).commit(putNew(itemKey(organizationId, 'ROLE', id), role, 'CONFLICT'))
      const as = await bench.member(ada, { roleIds: [id] })
      const holding = (permissions: string[]) =>
        bench.tenant(organizationId).commit([patch(itemKey(organizationId, 'ROLE', id), { permissions }), raisePolicy])
      return { actorId: as.userId, sends: { as }, regains: () => holding(LET_IN), loses: () => holding([]) }
    },
  },
  signedOut: {
    name: 'a member whose session was ended a moment ago',
    refused: () => '401 INVALID_SESSION',
    untraced: 'Nobody is known by a session that is over; that it was ended is on record.',
    async seat({ bench, ada }) {
      const as = await bench.member(ada, { roleIds: ['rol_super_admin'] })
      const set = (status: string) => bench.tenant(ada.organizationId).commit(patch(sessionKey(as.userId, as.sessionId), { status }))
      return { actorId: as.userId, sends: { as }, regains: () => set('active'), loses: () => set('revoked') }
    },
  },
  suspended: {
    name: 'whoever belongs to a suspended organization',
    refused: () => '403 ORGANIZATION_SUSPENDED',
    async seat(world) {
      const as = await world.bench.member(world.ada, { roleIds: ['rol_super_admin'] })
      return { actorId: as.userId, sends: { as }, ...suspending(world, world.ada) }
    },
  },
  unsent: {
    name: 'a guest whose provider is suspended',
    refused: () => '403 ORGANIZATION_SUSPENDED',
    seat: async (world) => ({ ...(await guest(world)), ...suspending(world, world.grace) }),
  },
  powerless: {
    name: 'an API key without a role',
    refused: (named) => {
      // It has no account, and proves nothing about who acts.
      const isForPersons = isSelfCare(named.contract) || named.contract.fresh === true
      return `403 FORBIDDEN ${isForPersons ? '' : permissionOf(named)}`.trimEnd()
    },
    open: {
      because: 'It may ask about itself, and sees of lists what is its own: nothing.',
      to: (named) => asksNothing(named) && !isSelfCare(named.contract),
    },
    async seat({ bench, ada }) {
      const made = await bench.request(createKey, createApiKey, { as: ada, body: { name: 'Powerless' } })
      const { id, secret } = made.body.data
      const { accessToken } = (await bench.request(exchange, exchangeKey, { body: { apiKey: secret } })).body.data
      const as = { ...ada, userId: id, sessionId: claimsIn(accessToken).origin_jti }
      return { actorId: id, sends: { as, claims: { maker: ada.userId } } }
    },
  },
} satisfies Record<string, Row>

const wordOf = ({ status, body }: Reply) =>
  [status, body?.code, body?.details?.barredBy ?? body?.details?.missing].filter((word) => word !== undefined).join(' ')

const OPEN = 'heard'
/** A request that is wrong in itself is told so after access is decided, and changes nothing. */
const WRONG = { query: { surprise: '1' } }
export const HEARD = '400 VALIDATION_ERROR'

/** What somebody hears of an endpoint that they may call. */
export async function heard(world: World, seat: Seat, named: Named, load: Load): Promise<string> {
  return wordOf(await call(world, named, load, { ...requestOf(named, world.resources), ...seat.sends, ...WRONG }))
}

const isOpen = (row: Row, named: Named) => row.open?.to(named) ?? false

/** What endpoints of one part of the product say, by route; to somebody who was let in by each of them, where that is lost a moment later. */
async function answers(world: World, row: Row, seat: Seat, endpoints: readonly Named[], load: Load): Promise<[string, string][]> {
  const each = (ask: (named: Named) => Promise<string>) =>
    Promise.all(endpoints.map(async (named): Promise<[string, string]> => [named.contract.route, await ask(named)]))
  if (seat.loses) {
    await seat.regains?.()
    const early = (await each((named) => heard(world, seat, named, load))).filter(
      ([, word], n) => word === row.refused(endpoints[n] as Named),
    )
    if (early.length > 0) return early.map(([route, word]) => [route, `${word}, before it was lost`])
    await seat.loses()
  }
  return each(async (named) => {
    if (!isOpen(row, named)) return wordOf(await call(world, named, load, { ...requestOf(named, world.resources), ...seat.sends }))
    const word = await heard(world, seat, named, load)
    return /^40[13]/.test(word) ? word : OPEN
  })
}

/** The last that the organization's record says of somebody's refusals, by endpoint: entries that come of what was told. */
async function recorded({ bench, ada, since }: World, actorId: string): Promise<Record<string, string>> {
  const days = [...new Set([since, new Date().toISOString()].map((time) => time.slice(0, 10)))]
  const tenant = bench.tenant(ada.organizationId)
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const told = await tenant.list<Record<string, unknown>>({ partitions: days.map(denialPartition), limit: 100, cursor })
    const failed = await bench.react(onAnyEvent, ...told.items.map(fromRecord).filter(({ metadata }) => metadata.actorId === actorId))
    if (failed.length > 0) throw new Error('What was told of refusals became no entry of the record.')
    cursor = told.nextCursor
  }
  const entries: Record<string, string> = {}
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: Record<string, string> = { actorId, action: 'access.denied', limit: '100', ...(cursor ? { cursor } : {}) }
    const { body } = await bench.request(listAudit, audit.listAuditLogs, { as: ada, query })
    for (const { details } of body.data)
      entries[details.route] ??= [details.code, details.barredBy ?? details.missing].filter((word) => word !== undefined).join(' ')
    cursor = body.meta.nextCursor
  }
  return entries
}

/** How what is differs from what is right, by endpoint. */
const differences = (of: string, is: Record<string, string>, right: Record<string, string>) =>
  [...new Set([...Object.keys(is), ...Object.keys(right)])]
    .filter((route) => is[route] !== right[route])
    .map((route) => `${route}: ${of} is ${is[route] ?? 'nothing'}, and should be ${right[route] ?? 'nothing'}`)

/** Goes along a row; gives all that is wrong with it. */
export async function faults(world: World, row: Row, endpoints: readonly Named[], load: Load): Promise<string[]> {
  const seat = await row.seat(world)
  const before = await world.keys()
  const seen: Record<string, string> = {}
  for (const part of new Set(endpoints.map(({ context }) => context))) {
    const own = endpoints.filter(({ context }) => context === part)
    Object.assign(seen, Object.fromEntries(await answers(world, row, seat, own, load)))
  }
  await seat.leaves?.()
  const [open, refused] = [true, false].map((side) =>
    Object.fromEntries(
      endpoints.filter((each) => isOpen(row, each) === side).map((each) => [each.contract.route, side ? OPEN : row.refused(each)]),
    ),
  ) as [Record<string, string>, Record<string, string>]
  // Its status stands in the answer alone.
  const traces = Object.fromEntries(Object.entries(refused).map(([route, word]) => [route, word.slice(4)]))
  const after = await world.keys()
  return [
    ...differences('the answer', seen, { ...refused, ...open }),
    ...differences('the entry in the record', await recorded(world, seat.actorId), row.untraced ? {} : traces),
    ...after.filter((key) => !before.includes(key)).map((key) => `${key} was written`),
    ...before.filter((key) => !after.includes(key)).map((key) => `${key} was removed`),
  ]
}
