import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { advance, cancel, finish, type Job, start } from './job.ts'

const at = '2026-01-01T00:00:00.000Z'
const later = '2026-01-01T00:01:00.000Z'
const begun = () => start({ id: 'job_1', organizationId: 'org_1', kind: 'notes/add', input: {}, startedBy: 'usr_1', at }).after
const ended = (status: 'succeeded' | 'failed' | 'cancelled') => finish(begun(), begun(), status, later).after

const step = fc.record(
  {
    counts: fc.dictionary(fc.constantFrom('created', 'updated'), fc.nat(20)),
    errors: fc.array(
      fc.nat(1_000).map((row) => ({ row, code: 'BAD', message: 'Bad.' })),
      { maxLength: 15 },
    ),
    total: fc.nat(100),
  },
  { requiredKeys: [] },
)

describe('how far a job came', () => {
  test('never falls, is all only at the end, and counts each row that a step is done with', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let job: Job = begun()
        for (const each of steps) {
          const next = advance(job, each, at)
          expect(next.progress).toBeGreaterThanOrEqual(job.progress)
          expect(next.progress).toBeLessThan(100)
          job = next
        }
        const all = (name: string) => steps.reduce((sum, { counts }) => sum + (counts?.[name] ?? 0), 0)
        const errors = steps.flatMap((each) => each.errors ?? [])
        expect([job.counts.created ?? 0, job.counts.updated ?? 0, job.errorCount]).toEqual([all('created'), all('updated'), errors.length])
        expect(job.errors).toEqual(errors.slice(0, 20))
        expect(finish(job, job, 'succeeded', later).after.progress).toBe(100)
        expect(finish(job, job, 'cancelled', later).after.progress).toBe(job.progress)
      }),
    )
  })

  test('is said in whole percent of what there is to do', () => {
    expect(advance(begun(), { counts: { done: 1 }, errors: [{ row: 2, code: 'BAD', message: 'Bad.' }], total: 3 }, at).progress).toBe(66)
    expect(advance(begun(), { counts: { done: 1 } }, at).progress).toBe(0)
  })
})

describe('cancelling', () => {
  test('asks for it once', () => {
    const change = cancel(begun(), later)
    expect(change?.after).toMatchObject({ status: 'cancelling', version: 2 })
    expect(change && cancel(change.after, later)).toBeUndefined()
  })

  test.each(['succeeded', 'failed', 'cancelled'] as const)('is refused in words where the job has %s', (status) => {
    expect(() => cancel(ended(status), later)).toThrow(
      new RegExp(`${status} at 2026-01-01T00:01:00.000Z, so there is nothing left to cancel`),
    )
  })
})
