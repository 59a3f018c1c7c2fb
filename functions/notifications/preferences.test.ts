import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { accessRequestApproved, accessRequestExpired, accessRequestRefused } from '../../events/access-requests.ts'
import { groupMemberAdded } from '../../events/groups.ts'
import { deviceAppeared } from '../../events/identity.ts'
import { preferencesChanged } from '../../events/notifications.ts'
import { unitCreated, unitOwnerChanged } from '../../events/units.ts'
import { userJoined, userLocked, userRolesChanged, userUnlocked } from '../../events/users.ts'
import { type DomainEvent, type EventType, fromRecord } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { signalPartition } from '../../shared/store/keys.ts'
import { save } from '../../shared/store/writes.ts'
import { sentBy } from '../../test/workbench/letters.ts'
import { type Bench, openWorkbench, type Person } from '../../test/workbench.ts'
import { groups, makeGroup } from '../groups/group.ts'
import { invite, users } from '../users/door.ts'
import { getNotificationPreferences, listNotifications, replaceNotificationPreferences } from './contract.ts'
import { handler as get } from './get-notification-preferences.ts'
import { handler as list } from './list-notifications.ts'
import { handler as onDeviceAppeared } from './on-device-appeared.ts'
import { handler as onNews } from './on-news.ts'
import { handler as onUserChanged } from './on-user-changed.ts'
import { handler as onUserLocked } from './on-user-locked.ts'
import { DEFAULTS, type Preferences, preferencesOf, type Refusable, refusable } from './preferences.ts'
import { handler as replace } from './replace-notification-preferences.ts'

let bench: Bench
let ada: Person
beforeAll(async () => {
  bench = await openWorkbench()
})
beforeEach(async () => {
  bench.mails.splice(0)
  ada = await bench.founder()
})
afterAll(() => bench.close())

const read = async (as: Person) => (await bench.request(get, getNotificationPreferences, { as })).body.data
const choose = (as: Person, body: unknown) => bench.request(replace, replaceNotificationPreferences, { as, body })
const inbox = async (as: Person): Promise<string[]> =>
  (await bench.request(list, listNotifications, { as })).body.data.map(({ type }: { type: string }) => type)
const subjects = () => sentBy(bench).map(({ subject }) => subject)

const told = (type: EventType, data: Record<string, unknown> = {}, aggregateId = ada.userId): DomainEvent => ({
  id: newId('evt'),
  type: type.name,
  version: 2,
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId,
  organizationId: ada.organizationId,
  timestamp: new Date().toISOString(),
  data,
  changes: {},
  metadata: { actorId: 'usr_x', actorKind: 'member', actorName: 'Grace Hopper', correlationId: 'c', requestId: 'r', source: 's' },
})

async function aGroup(): Promise<string> {
  const groupId = newId('grp')
  const made = makeGroup(ada.organizationId, { id: groupId, path: [groupId], name: groupId }, new Date().toISOString())
  await bench.tenant(ada.organizationId).commit(save(groups, made))
  return made.after.id
}

/** One message of each kind for Ada. */
async function everything(): Promise<DomainEvent[]> {
  const who = {
    id: newId('usr'),
    organizationId: ada.organizationId,
    email: `${newId('usr')}@example.com`,
    firstName: 'Joan',
    lastName: 'Clarke',
  }
  const asked = { requesterId: ada.userId, permission: 'users:read' }
  await bench.tenant(ada.organizationId).commit(save(users, invite({ ...who, roleIds: [], by: ada.userId, at: new Date().toISOString() })))
  return [
    told(userRolesChanged, { added: ['rol_admin'], removed: [] }),
    told(userUnlocked),
    told(userJoined, {}, who.id),
    told(groupMemberAdded, { groupId: await aGroup(), userId: ada.userId }, 'grp_1.usr_1'),
    told(unitCreated, { ownerId: ada.userId }, 'unit_1'),
    told(unitOwnerChanged, { ownerId: ada.userId }, 'unit_2'),
    told(accessRequestApproved, { ...asked, assignmentId: 'asg_1', expiresAt: '2026-07-01T00:00:00.000Z' }, 'acr_1'),
    told(accessRequestRefused, { ...asked, reason: 'Not now' }, 'acr_2'),
    told(accessRequestExpired, asked, 'acr_3'),
    told(deviceAppeared, { userId: ada.userId, device: 'Firefox on Linux' }),
  ]
}

async function deliver(events: DomainEvent[]) {
  // A new device has a mail of its own.
  const [device, ...others] = events.toReversed() as [DomainEvent, ...DomainEvent[]]
  expect(await bench.react(onUserChanged, ...events)).toEqual([])
  expect(await bench.react(onNews, ...others)).toEqual([])
  expect(await bench.react(onDeviceAppeared, device)).toEqual([])
}

test('every event that may be refused has its preference, and none besides', () =>
  expect(refusable.map(({ name }) => name).sort()).toEqual(Object.keys(DEFAULTS).sort()))

test('the defaults hold until somebody chooses', async () => {
  expect(await read(ada)).toEqual(DEFAULTS)
  await deliver(await everything())
  expect((await inbox(ada)).sort()).toEqual(Object.keys(DEFAULTS).sort())
  expect(subjects().sort()).toEqual([
    'New sign-in: Firefox on Linux',
    'You look after unit_1 now at Bench',
    'You look after unit_2 now at Bench',
    'You were given users:read at Bench',
    'You were not given users:read at Bench',
    'Your account was unlocked at Bench',
    'Your roles changed at Bench',
  ])
})

test('what was chosen is kept, in three waves, and what is left out is as by default', async () => {
  const reply = await choose(ada, { 'user.joined': { email: true }, 'user.unlocked': { inApp: false } })
  const expected = { ...DEFAULTS, 'user.joined': { inApp: true, email: true }, 'user.unlocked': { inApp: false, email: true } }
  expect([reply.status, reply.body.data, reply.cost.waves]).toEqual([200, expected, 3])
  expect(await read(ada)).toEqual(expected)
  expect((await choose(ada, {})).body.data).toEqual(DEFAULTS)
})

test('what is refused comes neither by mail nor into the inbox; what is wanted comes', async () => {
  await choose(ada, Object.fromEntries(Object.keys(DEFAULTS).map((type) => [type, { inApp: false, email: false }])))
  await deliver(await everything())
  expect([await inbox(ada), subjects()]).toEqual([[], []])
  await choose(ada, { 'user.joined': { email: true } })
  await deliver(await everything())
  expect(subjects()).toContain('Joan Clarke joined at Bench')
})

test('what keeps an account safe cannot be refused, and is sent all the same', async () => {
  for (const type of ['user.locked', 'auth.password.changed', 'auth.mfa.disabled', 'auth.refresh_token.reused']) {
    const reply = await choose(ada, { [type]: { email: false } })
    expect([reply.status, reply.body.code, Object.keys(reply.body.details)]).toEqual([400, 'VALIDATION_ERROR', [type]])
  }
  await bench.react(onUserLocked, told(userLocked, { reason: 'Lost laptop' }))
  expect(subjects()).toEqual(['Your account at Bench is locked'])
})

test('each organization has its own preferences, and each person', async () => {
  const bob = await bench.member(ada)
  await choose(ada, { 'user.unlocked': { email: false } })
  expect([await read(bob), await read(await bench.founder())]).toEqual([DEFAULTS, DEFAULTS])
})

test('whatever is chosen, every kind has both channels', () => {
  const channels = fc.record({ inApp: fc.boolean(), email: fc.boolean() }, { requiredKeys: [] })
  const types = Object.keys(DEFAULTS) as Refusable[]
  const chosen = fc.dictionary(fc.constantFrom(...types), channels) as fc.Arbitrary<Partial<Preferences>>
  fc.assert(
    fc.property(chosen, (some) => {
      const all = preferencesOf(some)
      expect(Object.keys(all)).toEqual(types)
      for (const type of types) expect(all[type]).toEqual({ ...DEFAULTS[type], ...some[type] })
    }),
  )
})

test('a choice is told, with what is different now; one that changes nothing is not', async () => {
  for (let n = 0; n < 2; n++) await choose(ada, { 'auth.device.appeared': { email: false } })
  const { items } = await bench.tenant(ada.organizationId).list<Record<string, unknown>>({
    partitions: [signalPartition(new Date().toISOString().slice(0, 10))],
    limit: 100,
  })
  const events = items.map(fromRecord).filter(({ type }) => type === preferencesChanged.name)
  expect(events.map(({ data }) => data)).toEqual([
    { userId: ada.userId, changed: { 'auth.device.appeared.email': { old: true, new: false } } },
  ])
})
