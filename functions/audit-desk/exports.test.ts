import { beforeAll, expect, test } from '@jest/globals'
import { userLocked } from '../../events/users.ts'
import { type DomainEvent, fromRecord } from '../../shared/event.ts'
import { jobStepped } from '../../shared/jobs/events.ts'
import { jobs } from '../../shared/jobs/job-store.ts'
import { runs } from '../../shared/jobs/run.ts'
import { changed } from '../../shared/store/entity.ts'
import { signalPartition } from '../../shared/store/keys.ts'
import { save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { exportAuditLogs, recordAuditLog } from '../audit/contract.ts'
import { handler as beginExport } from '../audit/export-audit-logs.ts'
import { exporting, rule } from '../audit/export-entries.ts'
import { handler as onAnyEvent } from '../audit/on-any-event.ts'
import { handler as record } from '../audit/record-audit-log.ts'
import { users } from '../users/door.ts'
import { getAuditExport } from './contract.ts'
import { handler as getExport } from './get-audit-export.ts'

const bench = workbench()
let ada: Person
const ENTRIES = 250

/** What stands among the signals of today, as the relay carries it. */
async function signals() {
  const found = []
  for (let cursor: string | undefined; ; ) {
    const page = await bench.tenant(ada.organizationId).list<Record<string, unknown>>({
      partitions: [signalPartition(new Date().toISOString().slice(0, 10))],
      limit: 100,
      ...(cursor ? { cursor } : {}),
    })
    found.push(...page.items)
    if (page.nextCursor === null) return found.map(fromRecord)
    cursor = page.nextCursor
  }
}

beforeAll(async () => {
  ada = await bench.founder()
  for (let n = 0; n < ENTRIES; n++) {
    const body = { action: 'invoice.approved', resource: { id: `INV-${n}`, name: '=cmd()' } }
    expect((await bench.request(record, recordAuditLog, { as: ada, body })).status).toBe(202)
  }
  const told = (await signals()).filter(({ type }) => type === 'application.recorded')
  expect(await bench.react(onAnyEvent, ...told)).toEqual([])
})

/** Parts end after each page. */
const slowly = () => {
  let now = 0
  return exporting(() => (now += 10_000))
}

async function begun(as: Person, body: object) {
  const reply = await bench.request(beginExport, exportAuditLogs, { as, body })
  expect(reply.status).toBe(202)
  const id: string = reply.body.data.id
  const [created] = await bench.tenant(as.organizationId).events(jobs, id)
  if (!created) throw new Error('No job was begun.')
  return { id, run: (work = slowly()) => bench.react(runs(rule, work), created) }
}

const look = (as: Person, id: string) => bench.request(getExport, getAuditExport, { as, params: { id } })

test('an export holds what its filter leaves, in files that are one when put together, by links', async () => {
  const { id, run } = await begun(ada, { format: 'jsonl', filter: { action: 'app.invoice.approved' } })
  expect((await look(ada, id)).body.data).toMatchObject({ status: 'queued', files: [] })
  expect(await run()).toEqual([])
  const { data } = (await look(ada, id)).body
  expect(data).toMatchObject({ status: 'succeeded', entries: ENTRIES })
  expect(data.files.map(({ entries }: { entries: number }) => entries)).toEqual([100, 100, 50])
  const texts = await Promise.all(data.files.map(async ({ url }: { url: string }) => (await fetch(url)).text()))
  const lines = texts.join('').trim().split('\n')
  expect(new Set(lines.map((line) => JSON.parse(line).resource.id)).size).toBe(ENTRIES)
})

test('a step that is cut off after it stored its part is done again, and nothing is told twice', async () => {
  const { id, run } = await begun(ada, { format: 'csv', filter: { resourceType: 'app.invoice' } })
  const work = slowly()
  let steps = 0
  const cutOff: ReturnType<typeof exporting> = async (call) => {
    const outcome = await work(call)
    if (++steps === 2) throw new Error('cut off')
    return outcome
  }
  expect(await run(cutOff)).toEqual(['message-0'])
  expect(await run(work)).toEqual([])
  // After a try that failed the rest has messages of its own.
  for (let turn = 1; (await look(ada, id)).body.data.status === 'running'; turn++) {
    const next = (await signals()).find(({ type, aggregateId, data }) => type === jobStepped.name && aggregateId === id && data.n === turn)
    expect(await bench.react(runs(rule, work), next as DomainEvent)).toEqual([])
  }
  const { data } = (await look(ada, id)).body
  expect(data).toMatchObject({ status: 'succeeded', entries: ENTRIES })
  const texts = await Promise.all(data.files.map(async ({ url }: { url: string }) => (await fetch(url)).text()))
  const lines = texts.join('').trim().split('\r\n')
  expect(lines).toHaveLength(ENTRIES + 1)
  expect(lines[1]).toContain(`"'=cmd()"`)
})

test('an export is nobody else’s, an administrator’s neither', async () => {
  const { id } = await begun(ada, { format: 'csv' })
  const bob = await bench.member(ada, { roleIds: ['rol_admin'] })
  expect((await look(bob, id)).status).toBe(404)
  const eve = await bench.founder()
  expect((await look(eve, id)).status).toBe(404)
})

test('an export ends when whoever asked may not export any more', async () => {
  const bob = await bench.member(ada, { roleIds: ['rol_admin'] })
  const { id, run } = await begun(bob, { format: 'csv' })
  const tenant = bench.tenant(ada.organizationId)
  const user = await tenant.get(users, bob.userId)
  if (!user) throw new Error('There is no such user.')
  const at = new Date().toISOString()
  await tenant.commit(save(users, changed(user, { status: 'locked' as const }, { event: userLocked, at, data: { reason: 'Left' } })))
  expect(await run()).toEqual([])
  expect(await tenant.get(jobs, id)).toMatchObject({ status: 'failed', failure: { code: 'FORBIDDEN' } })
})
