import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '../../shared/ids.ts'
import { advance, finish, type Job, start } from '../../shared/jobs/job.ts'
import { jobs, keepStep } from '../../shared/jobs/job-store.ts'
import type { Change } from '../../shared/store/entity.ts'
import { patch, save } from '../../shared/store/writes.ts'
import { type Bench, openWorkbench, type Person, type RequestOptions } from '../../test/workbench.ts'
import { users } from '../users/user-store.ts'
import { handler as cancelHandler } from './cancel-job.ts'
import { cancelJob, getJob, listJobErrors, listJobs } from './contract.ts'
import { handler as getHandler } from './get-job.ts'
import { handler as errorsHandler } from './list-job-errors.ts'
import { handler as listHandler } from './list-jobs.ts'

let bench: Bench
/** An administrator, who sees everybody's; two who see their own. */
let ada: Person
let bob: Person
let cleo: Person
beforeAll(async () => {
  bench = await openWorkbench()
})
afterAll(() => bench.close())
beforeEach(async () => {
  ada = await bench.founder()
  bob = await bench.member(ada)
  cleo = await bench.member(ada)
})

async function begun({ userId, organizationId }: Person, kind = 'notes/add', ageMs = 0): Promise<Change<Job>> {
  const at = new Date(Date.now() - ageMs)
  const job = { id: newId('job', at.getTime()), organizationId, kind, input: { secret: 1 }, startedBy: userId, at: at.toISOString() }
  const change = start(job)
  await bench.tenant(organizationId).commit(save(jobs, change))
  return change
}

const now = () => new Date().toISOString()
const get = (as: Person, { after: { id } }: Change<Job>) => bench.request(getHandler, getJob, { as, params: { id } })
const errors = (as: Person, { after: { id } }: Change<Job>) => bench.request(errorsHandler, listJobErrors, { as, params: { id } })
const cancel = (as: Person, { after: { id } }: Change<Job>, more: RequestOptions = {}) =>
  bench.request(cancelHandler, cancelJob, { as, params: { id }, ...more })
const ids = async (as: Person, query: Record<string, string> = {}) =>
  (await bench.request(listHandler, listJobs, { as, query })).body.data.map(({ id }: { id: string }) => id)

describe('a job', () => {
  test('is seen by whoever started it, and by whoever holds jobs:read, and to nobody else is there one', async () => {
    const job = await begun(bob)
    const statuses = await Promise.all([bob, ada, cleo].map(async (as) => [(await get(as, job)).status, (await errors(as, job)).status]))
    expect(statuses).toEqual([
      [200, 200],
      [200, 200],
      [404, 404],
    ])
  })

  test('tells how far it came and what went wrong, and not what it works with', async () => {
    const job = await begun(bob)
    const rows = [{ row: 7, code: 'BAD', message: 'Bad.', column: 'name' }]
    const came = { ...advance(job.after, { counts: { created: 2 }, errors: rows, total: 4 }, now()), cursor: 3 }
    await bench.tenant(bob.organizationId).commit(keepStep(job.after, came))
    const { body, headers } = await get(bob, job)
    expect(body.data).toMatchObject({ kind: 'notes/add', progress: 75, total: 4, counts: { created: 2 }, errorCount: 1, result: null })
    expect([body.data.input, body.data.cursor, headers.etag]).toEqual([undefined, undefined, '"2"'])
    expect((await errors(bob, job)).body.data).toEqual(rows)
  })

  test('is there for 30 days', async () => {
    const dayMs = 86_400_000
    const [older, younger] = [await begun(bob, 'notes/add', 30 * dayMs + 1_000), await begun(bob, 'notes/add', 29 * dayMs)]
    expect([(await get(bob, older)).status, (await get(bob, younger)).status]).toEqual([404, 200])
    expect([await ids(bob), await ids(ada)]).toEqual([[younger.after.id], [younger.after.id]])
  })
})

describe('the list', () => {
  test('has one’s own, or everybody’s, the newest first, by kind and status', async () => {
    const first = await begun(bob, 'notes/add', 3_000)
    const second = await begun(cleo, 'notes/add', 2_000)
    const third = await begun(bob, 'notes/remove', 1_000)
    await cancel(bob, first)
    const [one, two, three] = [first, second, third].map(({ after }) => after.id)
    expect([await ids(bob), await ids(ada)]).toEqual([
      [three, one],
      [three, two, one],
    ])
    expect([await ids(ada, { kind: 'notes/add' }), await ids(ada, { status: 'cancelling' }), await ids(bob, { status: 'failed' })]).toEqual(
      [[two, one], [one], []],
    )
  })
})

describe('cancelling', () => {
  test('is asked for by whoever started it, or by whoever holds jobs:cancel; a second time changes nothing', async () => {
    const [own, others] = [await begun(bob), await begun(bob)]
    const replies = [await cancel(bob, own), await cancel(bob, own), await cancel(ada, others)]
    expect(replies.map(({ status, body }) => [status, body.data.status, body.data.version])).toEqual(Array(3).fill([200, 'cancelling', 2]))
    const events = await bench.tenant(bob.organizationId).events(jobs, own.after.id)
    expect(events.map(({ type, metadata }) => [type, metadata.actorId]).at(-1)).toEqual(['job.cancel_requested', bob.userId])
  })

  test('of others takes more than seeing it, and of what one does not see there is nothing to cancel', async () => {
    const [reader, job] = [await bench.member(ada), await begun(bob)]
    const given = { id: 'asg_1', permission: 'jobs:read', scope: { type: 'organization' }, grantedBy: ada.userId, createdAt: now() }
    const { userId: id, organizationId } = reader
    await bench.tenant(organizationId).commit(patch(users.keyOf({ id, organizationId }), { assignments: [given] }))
    const [seen, unseen] = [await cancel(reader, job), await cancel(cleo, job)]
    expect([seen.status, seen.body.details, unseen.status]).toEqual([403, { missing: 'jobs:cancel' }, 404])
  })

  test('of what has ended is refused in words', async () => {
    const job = await begun(bob)
    await bench.tenant(bob.organizationId).commit(save(jobs, finish(job.after, job.after, 'succeeded', now())))
    const { status, body } = await cancel(bob, job)
    expect([status, body.code, body.error]).toEqual([409, 'INVALID_TRANSITION', expect.stringContaining('nothing left to cancel')])
  })

  test('does not meet the steps that the job takes at the same moment', async () => {
    const job = await begun(bob)
    let at = job.after
    const steps = (async () => {
      for (let n = 0; n < 20; n++) {
        const next = { ...at, version: at.version + 1 }
        const isKept = await bench
          .tenant(bob.organizationId)
          .commit(keepStep(at, next), true)
          .catch(() => false)
        if (!isKept) return
        at = next
      }
    })()
    const [{ status }] = await Promise.all([cancel(bob, job), steps])
    expect([status, (await get(bob, job)).body.data.status]).toEqual([200, 'cancelling'])
  })
})
