import { beforeAll, describe, expect, test } from '@jest/globals'
import { groupMemberAdded } from '../../events/groups.ts'
import { userJoined, userRolesChanged, userUnlocked } from '../../events/users.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { DomainEvent, EventType } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import type { LambdaHandler } from '../../shared/serve/serve.ts'
import { itemKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { openTenant } from '../../shared/store/tenant.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { type Person, type Reply, workbench } from '../../test/workbench.ts'
import * as accessContracts from '../access/contract.ts'
import { handler as createRole } from '../access/create-role.ts'
import * as groupContracts from '../groups/contract.ts'
import { handler as createGroup } from '../groups/create-group.ts'
import { invite, users } from '../users/door.ts'
import { listNotifications, readAllNotifications, readNotification } from './contract.ts'
import { handler as list } from './list-notifications.ts'
import { tell } from './notification.ts'
import { deliver, inboxOf } from './notification-store.ts'
import { handler as onUserChanged } from './on-user-changed.ts'
import { handler as readAll } from './read-all-notifications.ts'
import { handler as read } from './read-notification.ts'

const bench = workbench()
let ada: Person
beforeAll(async () => {
  ada = await bench.founder()
})

const happened = (type: EventType, to: Person, data: Record<string, unknown> = {}, actorName?: string): DomainEvent => ({
  id: newId('evt'),
  type: type.name,
  version: 2,
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: to.userId,
  organizationId: to.organizationId,
  timestamp: new Date().toISOString(),
  data,
  changes: {},
  metadata: { actorId: 'usr_x', actorKind: 'member', ...(actorName ? { actorName } : {}), correlationId: 'c', requestId: 'r', source: 's' },
})

const inbox = (as: Person, query: Record<string, string> = {}) => bench.request(list, listNotifications, { as, query })
const mark = (as: Person, id: string) => bench.request(read, readNotification, { as, params: { id } })
const markAll = (as: Person) => bench.request(readAll, readAllNotifications, { as })
const titles = (reply: Reply) => reply.body.data.map(({ title }: { title: string }) => title)

/** Lays messages into an inbox as if at these times, with their words, as all were stored once. */
async function lay(to: Person, times: number[]): Promise<void> {
  for (const [n, time] of times.entries()) {
    const now = new Date(time).toISOString()
    const metadata = { actorId: 'system', actorKind: 'system' as const, correlationId: '', requestId: '', source: '' }
    const tenant = openTenant({ id: to.organizationId, meter: meter(), now, metadata })
    await tenant.commit(deliver(to.organizationId, to.userId, { ...tell(happened(userUnlocked, to), {}, now), title: `${n}`, body: '' }))
  }
}

describe('reactions tell people what changed for them', () => {
  test('their roles, by name', async () => {
    const bob = await bench.member(ada)
    const data = { added: ['rol_admin', 'rol_own'], removed: ['rol_basic_user'] }
    await bench.react(onUserChanged, happened(userRolesChanged, bob, data, 'Ada Lovelace'))
    const body = 'Ada Lovelace gave you Administrator, rol_own and took Basic user from you.'
    expect((await inbox(bob)).body.data).toMatchObject([{ type: 'user.roles_changed', title: 'Your roles changed', body, readAt: null }])
  })

  test('an organization’s own roles too, and into which group they were put', async () => {
    const bob = await bench.member(ada)
    const named = async (handler: LambdaHandler, contract: Endpoint, body: object) =>
      (await bench.request(handler, contract, { as: ada, body })).body.data.id as string
    const roleId = await named(createRole, accessContracts.createRole, { name: 'night_watch', displayName: 'Night watch', permissions: [] })
    await bench.react(onUserChanged, happened(userRolesChanged, bob, { added: [roleId, 'users:read'], removed: [] }, 'Ada Lovelace'))
    const groupId = await named(createGroup, groupContracts.createGroup, { name: 'Owls' })
    await bench.react(onUserChanged, happened(groupMemberAdded, bob, { groupId, userId: bob.userId }, 'Ada Lovelace'))
    expect((await inbox(bob)).body.data).toMatchObject([
      { title: 'You are in the group Owls now', body: 'Ada Lovelace put you into the group Owls. You hold what it holds.' },
      { body: 'Ada Lovelace gave you Night watch, users:read.' },
    ])
  })

  test('in the language they read when they look, while what is stored holds no words', async () => {
    const bob = await bench.member(ada)
    await bench.react(onUserChanged, happened(userUnlocked, bob, {}, 'Ada Lovelace'))
    const tenant = bench.tenant(ada.organizationId)
    const { items } = await tenant.list<Record<string, unknown>>({ partitions: [`INBOX#${bob.userId}`], limit: 1 })
    expect(items).toMatchObject([{ type: 'user.unlocked', parameters: { actor: 'Ada Lovelace' } }])
    expect(JSON.stringify(items)).not.toContain('unlocked your account')
    expect((await inbox(bob)).body.data).toMatchObject([{ body: 'Ada Lovelace unlocked your account.' }])
    await tenant.commit(patch(itemKey(ada.organizationId, 'USER', bob.userId), { locale: 'de-CH' }))
    expect((await inbox(bob)).body.data).toMatchObject([{ body: 'Ada Lovelace hat Ihr Konto entsperrt.' }])
  })

  test('that they were unlocked', async () => {
    const bob = await bench.member(ada)
    await bench.react(onUserChanged, happened(userUnlocked, bob))
    expect((await inbox(bob)).body.data).toMatchObject([{ body: 'An administrator unlocked your account.', link: null }])
  })

  test('that somebody accepted their invitation', async () => {
    const change = invite({
      id: newId('usr'),
      organizationId: ada.organizationId,
      email: 'x@example.com',
      firstName: 'Grace',
      lastName: 'Hopper',
      roleIds: [],
      by: ada.userId,
      at: new Date().toISOString(),
    })
    await bench.tenant(ada.organizationId).commit(save(users, change))
    await bench.react(onUserChanged, happened(userJoined, { ...ada, userId: change.after.id }))
    expect((await inbox(ada)).body.data).toMatchObject([{ title: 'Grace Hopper joined', link: `/api/v1/users/${change.after.id}` }])
  })

  test('unless whoever invited belongs elsewhere and has no inbox here', async () => {
    const [organizationId, grace] = [ada.organizationId, await bench.founder({ type: 'mss_provider' })]
    const who = { id: newId('usr'), organizationId, email: 'from-outside@example.com' }
    const at = new Date().toISOString()
    const change = invite({ ...who, firstName: 'Joan', lastName: 'Clarke', roleIds: [], by: grace.userId, at })
    await bench.tenant(organizationId).commit(save(users, change))
    await bench.react(onUserChanged, happened(userJoined, { ...ada, userId: who.id }))
    const laid = await bench.tenant(organizationId).list({ partitions: [inboxOf(grace.userId)], limit: 1 })
    expect(laid.items).toEqual([])
  })

  test('but nobody of their own founding', async () => {
    const eve = await bench.founder()
    await bench.react(onUserChanged, happened(userJoined, eve))
    expect((await inbox(eve)).body.data).toEqual([])
  })

  test('once, however often the event comes', async () => {
    const bob = await bench.member(ada)
    const event = happened(userUnlocked, bob)
    expect(await bench.react(onUserChanged, event, event)).toEqual([])
    await bench.react(onUserChanged, event)
    expect((await inbox(bob)).body.data).toHaveLength(1)
  })
})

describe('an inbox', () => {
  test('is newest first, page by page, in two waves each', async () => {
    const bob = await bench.member(ada)
    await lay(
      bob,
      [4, 3, 2, 1].map((minutes) => Date.now() - minutes * 60_000),
    )
    const first = await inbox(bob, { limit: '3' })
    expect(titles(first)).toEqual(['3', '2', '1'])
    expect(first.cost.waves).toBe(2)
    const second = await inbox(bob, { limit: '3', cursor: first.body.meta.nextCursor })
    expect([titles(second), second.body.meta.nextCursor]).toEqual([['0'], null])
  })

  test('forgets after 90 days, even where nothing has cleaned up', async () => {
    const bob = await bench.member(ada)
    const days = (n: number) => Date.now() - n * 86_400_000
    await lay(bob, [days(91), days(89)])
    expect(titles(await inbox(bob))).toEqual(['1'])
  })

  test('is its owner’s alone', async () => {
    const [bob, eve] = [await bench.member(ada), await bench.member(ada)]
    await lay(bob, [Date.now()])
    expect((await inbox(eve)).body.data).toEqual([])
    const [{ id }] = (await inbox(bob)).body.data
    expect((await mark(eve, id)).status).toBe(404)
    expect((await inbox(bob)).body.data[0].readAt).toBeNull()
  })
})

describe('what was read', () => {
  test('stays read since the first time, in two waves', async () => {
    const bob = await bench.member(ada)
    await lay(bob, [Date.now() - 60_000])
    const [{ id }] = (await inbox(bob)).body.data
    const reply = await mark(bob, id)
    expect([reply.status, reply.cost.waves]).toEqual([204, 2])
    const readAt = (await inbox(bob)).body.data[0].readAt
    expect(readAt).not.toBeNull()
    expect((await mark(bob, id)).status).toBe(204)
    expect((await inbox(bob)).body.data[0].readAt).toBe(readAt)
  })

  test('what is not there cannot be read', async () => {
    expect((await mark(ada, newId('ntf'))).status).toBe(404)
    expect((await mark(ada, 'ntf_1')).status).toBe(404)
  })

  test('everything at once is one write, and what comes later is unread', async () => {
    const bob = await bench.member(ada)
    const now = Date.now()
    await lay(bob, [now - 180_000, now - 120_000, now - 60_000])
    const reply = await markAll(bob)
    expect([reply.status, reply.cost.waves]).toEqual([204, 2])
    expect((await inbox(bob)).body.data.every(({ readAt }: { readAt: string | null }) => readAt !== null)).toBe(true)
    await lay(bob, [Date.now() + 1000])
    expect(titles(await inbox(bob, { unread: 'true' }))).toEqual(['0'])
    expect((await inbox(bob, { unread: 'true' })).body.meta.nextCursor).toBeNull()
    expect(titles(await inbox(bob, { unread: 'false' }))).toEqual(['2', '1', '0'])
  })

  test('the unread are found between the read ones, each once', async () => {
    const bob = await bench.member(ada)
    const now = Date.now()
    await lay(
      bob,
      Array.from({ length: 7 }, (_, n) => now - (60 - n) * 1000),
    )
    const all = (await inbox(bob)).body.data as { id: string; title: string }[]
    for (const { id } of all.filter(({ title }) => Number(title) % 2 === 0)) await mark(bob, id)
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const reply = await inbox(bob, { unread: 'true', limit: '2', ...(cursor ? { cursor } : {}) })
      seen.push(...titles(reply))
      cursor = reply.body.meta.nextCursor ?? undefined
      if (!cursor) break
    }
    expect(seen).toEqual(['5', '3', '1'])
  })
})
