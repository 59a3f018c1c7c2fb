import { beforeAll, expect, test } from '@jest/globals'
import { auditRetentionDue } from '../../events/audit.ts'
import { organizationCreated, organizationUpdated } from '../../events/organizations.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { auditKey } from '../../shared/store/audit-keys.ts'
import { changed } from '../../shared/store/entity.ts'
import { save } from '../../shared/store/writes.ts'
import type { Watch } from '../../test/workbench/watched.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { organizations } from '../organizations/door.ts'
import { toEntry } from './audit-entry.ts'
import { rowKeys } from './audit-store.ts'
import { legalHolds, placeHold, releaseHold } from './legal-hold.ts'
import { handler as onAnyEvent } from './on-any-event.ts'
import { handler as onRetentionDue } from './on-retention-due.ts'

const DAY_MS = 86_400_000
const DAYS_OLD = [800, 700, 500, 401, 399, 100, 0]

/** By their keys, what was given an end. */
const ending = new Set<string>()
const deleted: string[] = []
type Sent = Record<string, { Key?: { pk: { S: string }; sk: { S: string } }; ExpressionAttributeNames?: Record<string, string> }>
const watchTable: Watch = ({ operation, input }, { status }) => {
  if (operation === 'DeleteItem') deleted.push(operation)
  if (operation !== 'TransactWriteItems' || status !== 200) return
  for (const { Update, Delete } of input.TransactItems as Sent[]) {
    if (Delete?.Key?.pk.S.includes('#AUDIT#')) deleted.push(Delete.Key.sk.S)
    if (Update?.Key?.pk.S.includes('#AUDIT#')) ending.add(`${Update.Key.pk.S} ${Update.Key.sk.S}`)
  }
}
const bench = workbench({ watchTable })
let ada: Person
let events: DomainEvent[]

const eventAt = (type: string, epochMs: number, over: Partial<DomainEvent> = {}): DomainEvent => ({
  id: newId('evt', epochMs),
  type,
  version: 1,
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: 'usr_1',
  organizationId: ada.organizationId,
  timestamp: new Date(epochMs).toISOString(),
  data: {},
  changes: {},
  metadata: { actorId: 'usr_1', actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's', ipAddress: '192.0.2.1' },
  ...over,
})

const tenant = () => bench.tenant(ada.organizationId)

beforeAll(async () => {
  ada = await bench.founder()
  const organization = await tenant().get(organizations, ada.organizationId)
  if (!organization) throw new Error('The founder has no organization.')
  const [now, old] = [new Date().toISOString(), new Date(Date.now() - 900 * DAY_MS).toISOString()]
  const patch = { createdAt: old, settings: { auditRetentionDays: 400 } }
  await tenant().commit(save(organizations, changed(organization, patch, { event: organizationUpdated, at: now })))
  events = DAYS_OLD.map((days) => eventAt('user.updated', Date.now() - days * DAY_MS))
  expect(await bench.react(onAnyEvent, ...events)).toEqual([])
})

/** The place of every entry, and of every row that lists it. */
const placesOf = (event: DomainEvent) => {
  const entry = toEntry(event)
  return [auditKey(ada.organizationId, entry.id), ...rowKeys(ada.organizationId, entry)].map(({ pk, sk }) => `${pk} ${sk}`)
}

const lookAt = async (now = Date.now()) => {
  ending.clear()
  const about = { aggregateType: 'organization', aggregateId: ada.organizationId }
  const told = eventAt(auditRetentionDue.name, now, { ...about, data: { dueAt: new Date(now).toISOString() } })
  expect(await bench.react(onRetentionDue, told)).toEqual([])
  return [...ending]
}

const old = () => events.filter((_, n) => (DAYS_OLD[n] ?? 0) > 400)

test('while a legal hold stands nothing is let go, however old; and who placed it is on record', async () => {
  const placed = placeHold(ada.organizationId, { reason: 'Case 12', by: ada.userId }, new Date().toISOString())
  await tenant().commit(save(legalHolds, placed))
  expect(await lookAt()).toEqual([])
  const [told] = await tenant().events(legalHolds, placed.after.id)
  expect(told).toMatchObject({ type: 'legal_hold.created', data: { reason: 'Case 12' } })
  const released = releaseHold(placed.after, { reason: 'Closed', by: ada.userId }, new Date().toISOString())
  await tenant().commit(save(legalHolds, released))
})

test('what is older than the organization keeps it goes with all that lists it, and nothing younger does', async () => {
  expect((await lookAt()).toSorted()).toEqual(old().flatMap(placesOf).toSorted())
})

test('nothing of the record is deleted by a function: the table lets it go', () => expect(deleted).toEqual([]))

test('the look after that is a week later, the first a year after the organization began', async () => {
  const about = { aggregateType: 'organization', aggregateId: ada.organizationId }
  const now = Date.now()
  expect(await bench.react(onRetentionDue, eventAt(organizationCreated.name, now, about))).toEqual([])
  const within = async (days: number) => {
    const told = await bench.handOutDue(new Date(now + days * DAY_MS).toISOString())
    return told.filter(({ type, organizationId }) => type === auditRetentionDue.name && organizationId === ada.organizationId).length
  }
  expect(await within(6)).toBe(0)
  expect(await within(8)).toBeGreaterThan(0)
  expect(await within(364)).toBe(0)
  expect(await within(366)).toBe(1)
})
