import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { DynamoDBRecord } from 'aws-lambda'
import { auditRetentionDue } from '../../events/audit.ts'
import { keptDaysOf } from '../../events/known.ts'
import { organizationUpdated } from '../../events/organizations.ts'
import { config } from '../../shared/config.ts'
import { type DomainEvent, fromRecord } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { jobs } from '../../shared/jobs/job-store.ts'
import { runs } from '../../shared/jobs/run.ts'
import { toAttributes } from '../../shared/store/attributes.ts'
import { auditId, auditKey } from '../../shared/store/audit-keys.ts'
import { changed } from '../../shared/store/entity.ts'
import { signalPartition } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { type Item, tableFor } from '../../shared/store/table.ts'
import { save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { exportAuditLogs, recordAuditLog } from '../audit/contract.ts'
import { handler as beginExport } from '../audit/export-audit-logs.ts'
import { exporting, rule } from '../audit/export-entries.ts'
import { handler as onAnyEvent } from '../audit/on-any-event.ts'
import { handler as onRetentionDue } from '../audit/on-retention-due.ts'
import { handler as record } from '../audit/record-audit-log.ts'
import { events as catalogued } from '../catalogue.ts'
import { type Organization, organizations } from '../organizations/door.ts'
import { handler as seal } from '../proofs/seal.ts'
import { getAuditExport } from './contract.ts'
import { handler as getExport } from './get-audit-export.ts'

/** From what happened over the sealer and the export's job to the program that customers have, with every kind of entry. */

const bench = workbench()
const folder = mkdtempSync(join(tmpdir(), 'tessera-export-'))
afterAll(() => rmSync(folder, { recursive: true }))

const DAY_MS = 86_400_000
const [KEPT_DAYS, OLD_DAYS] = [400, 500]
let ada: Person
/** Of the entries, in the order of their leaves. */
const ids: string[] = []
/** How many are older than they are kept. */
let old: number

const kinds = catalogued.map(({ type }) => type.name)

const table = () => tableFor(undefined, meter())
const items = () => table().read(ids.map((id) => auditKey(ada.organizationId, id)))

function eventOf(type: string, epochMs: number, over: Partial<DomainEvent> = {}): DomainEvent {
  return {
    id: newId('evt', epochMs),
    type,
    version: 1,
    schemaVersion: 1,
    aggregateType: type.split('.')[0] ?? '',
    aggregateId: 'usr_1',
    aggregateName: 'Zoë 🦊 "=1+1"',
    organizationId: ada.organizationId,
    timestamp: new Date(epochMs).toISOString(),
    data: { amount: 1e21, share: 0.1, nothing: null, list: [], text: '\u2028é' },
    changes: { name: { old: '', new: { deep: [true, -0] } } },
    metadata: { actorId: 'usr_1', actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's', ipAddress: '2001:db8::1' },
    ...over,
  }
}

/** What the organization's own applications tell, as the relay carries it. */
async function ofApplications(): Promise<DomainEvent[]> {
  for (const body of [
    { action: 'invoice.approved', resource: { id: 'INV-1', name: '=cmd()' }, actor: { id: 'clerk-3', name: 'Kim' }, details: { n: 1.5 } },
    { action: 'invoice.refused', resource: { id: 'INV-2' }, success: false, reason: 'No money', ipAddress: '192.0.2.1' },
  ])
    expect((await bench.request(record, recordAuditLog, { as: ada, body })).status).toBe(202)
  const partitions = [signalPartition(new Date().toISOString().slice(0, 10))]
  const { items: signals } = await bench.tenant(ada.organizationId).list<Record<string, unknown>>({ partitions, limit: 100 })
  return signals.map(fromRecord).filter(({ type }) => type === 'application.recorded')
}

/** Puts on record and seals, by one checkpoint. */
async function happened(events: readonly DomainEvent[]): Promise<void> {
  for (let n = 0; n < events.length; n += 50) expect(await bench.react(onAnyEvent, ...events.slice(n, n + 50))).toEqual([])
  const added = events.map(({ id }) => auditId(id)).toSorted()
  ids.push(...added)
  const entries = await table().read(added.map((id) => auditKey(ada.organizationId, id)))
  const Records = entries.map((entry, n) => ({ dynamodb: { SequenceNumber: String(n), NewImage: toAttributes(entry as Item) } }))
  expect(await seal({ Records: Records as DynamoDBRecord[] })).toEqual({ batchItemFailures: [] })
}

async function older(): Promise<void> {
  const tenant = bench.tenant(ada.organizationId)
  const organization = (await tenant.get(organizations, ada.organizationId)) as Organization
  const patch = { createdAt: new Date(Date.now() - 900 * DAY_MS).toISOString(), settings: { auditRetentionDays: KEPT_DAYS } }
  await tenant.commit(save(organizations, changed(organization, patch, { event: organizationUpdated, at: new Date().toISOString() })))
}

/** Parts end after each piece. */
const slowly = () => {
  let now = 0
  return exporting(() => (now += 10_000))
}

async function exported(body: object, as = ada) {
  const reply = await bench.request(beginExport, exportAuditLogs, { as, body: { format: 'verifiable', ...body } })
  expect(reply.status).toBe(202)
  const params = { id: reply.body.data.id as string }
  const [created] = await bench.tenant(as.organizationId).events(jobs, params.id)
  expect(await bench.react(runs(rule, slowly()), created as DomainEvent)).toEqual([])
  return (await bench.request(getExport, getAuditExport, { as, params })).body.data
}

/** As a customer does: takes the files into a folder, and runs the program on it. */
async function verified(body: object = {}, ...args: string[]) {
  const { status, entries, files } = await exported(body)
  expect(status).toBe('succeeded')
  const here = mkdtempSync(join(folder, 'export-'))
  for (const { fileName, url } of files) writeFileSync(join(here, fileName), await (await fetch(url)).text())
  const run = spawnSync(process.execPath, ['verify/tessera-verify.mjs', here, ...args], { encoding: 'utf8' })
  return { entries, files: files.length, status: run.status, said: run.stdout + run.stderr }
}

beforeAll(async () => {
  ada = await bench.founder()
  await older()
  expect(await exported({})).toMatchObject({ status: 'failed', failure: { code: 'NOT_SEALED_YET' } })
  // Some kinds are kept for days only, whatever the organization says.
  const kept = kinds.filter((type) => keptDaysOf(type) === undefined)
  const longAgo = kept.map((type, n) => eventOf(type, Date.now() - OLD_DAYS * DAY_MS + n))
  old = longAgo.length
  await happened(longAgo)
  await happened(kinds.map((type, n) => eventOf(type, Date.now() - DAY_MS + n, { changes: {} })))
  await happened(await ofApplications())
})

test('an export with every kind of entry, and with those of an organization’s own applications, verifies to its last', async () => {
  expect(ids.length).toBe(old + kinds.length + 2)
  const { said, ...rest } = await verified()
  expect(said).toContain(`verified to entry ${ids.length - 1}, checkpoint ${ids.length}.`)
  expect(rest).toEqual({ entries: ids.length, files: 1, status: 0 })
})

test('one from a checkpoint on has what came since, and verifies', async () => {
  const { said, ...rest } = await verified({ fromTreeSize: old })
  expect(said).toContain(`verified to entry ${ids.length - 1}, checkpoint ${ids.length}.\n${ids.length - old} entries from ${old} on`)
  expect(rest).toEqual({ entries: ids.length - old, files: 1, status: 0 })
  expect(await exported({ fromTreeSize: old + 1 })).toMatchObject({ status: 'failed', failure: { code: 'TREE_TOO_SMALL' } })
})

test('of a record with entries left out nothing can be verified, so no filter is taken', async () => {
  const ask = (body: object) => bench.request(beginExport, exportAuditLogs, { as: ada, body })
  expect((await ask({ format: 'verifiable', filter: { action: 'user.locked' } })).body.details).toHaveProperty('filter')
  expect((await ask({ format: 'csv', fromTreeSize: 1 })).body.details).toHaveProperty('fromTreeSize')
})

test('when an entry may be cleaned away is no part of what was sealed', async () => {
  const Key = auditKey(ada.organizationId, ids.at(-1) ?? '')
  const later = Math.floor((Date.now() + DAY_MS) / 1000)
  const names = { ExpressionAttributeNames: { '#ttl': 'ttl' }, ExpressionAttributeValues: { ':later': later } }
  await table().transact([{ Update: { TableName: config.tableName, Key, UpdateExpression: 'SET #ttl = :later', ...names } }])
  expect(await verified()).toMatchObject({ status: 0, entries: ids.length })
})

test('one of several files verifies as one', async () => {
  // More checkpoints than a piece has.
  for (let n = 0; n < 51; n++) await happened([eventOf('user.updated', Date.now())])
  const { said, ...rest } = await verified()
  expect(said).toContain(`verified to entry ${ids.length - 1}, checkpoint ${ids.length}.`)
  expect(rest).toEqual({ entries: ids.length, files: 2, status: 0 })
})

test('entries that went by their age are named, unless whoever verifies allows it', async () => {
  const [now, about] = [Date.now(), { aggregateType: 'organization', aggregateId: ada.organizationId }]
  const due = eventOf(auditRetentionDue.name, now, { ...about, data: { dueAt: new Date(now).toISOString() } })
  expect(await bench.react(onRetentionDue, due)).toEqual([])
  // The table may have begun already; what it does within days is done here.
  const goes = (await items()).map((item) => !item || Number(item.ttl) <= Date.now() / 1000)
  expect(goes).toEqual(ids.map((_, leaf) => leaf < old))
  const Deletes = ids.slice(0, old).map((id) => ({ Delete: { TableName: config.tableName, Key: auditKey(ada.organizationId, id) } }))
  for (let n = 0; n < Deletes.length; n += 100) await table().transact(Deletes.slice(n, n + 100))
  expect(await verified()).toMatchObject({ status: 1, said: expect.stringContaining(`REMOVED at entry 0. Entry 0 (${ids[0]})`) })
  expect(await verified({}, '--allow-removed')).toMatchObject({
    status: 0,
    said: expect.stringContaining(`${old} entries are gone, the last of them ${old - 1}:`),
  })
})
