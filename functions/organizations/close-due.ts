import { randomUUID } from 'node:crypto'
import type { EventMetadata } from '../../shared/event.ts'
import { meter } from '../../shared/store/meter.ts'
import { isVersionConflict } from '../../shared/store/retry-conflicts.ts'
import { type Item, tableFor } from '../../shared/store/table.ts'
import { openTenant } from '../../shared/store/tenant.ts'
import { save } from '../../shared/store/writes.ts'
import { task } from '../../shared/task.ts'
import { describeError, logger } from '../../shared/telemetry.ts'
import { close } from './closing.ts'
import { type Due, drop, findDue } from './closing-store.ts'
import { organizations } from './organization-store.ts'

export const rule = task('organizations/close-due', {
  summary: 'Writes down that organizations are closed whose moment to be closed has come.',
  startedBy: { schedule: 'rate(5 minutes)' },
  writes: ['ORGANIZATION'],
  lookups: ['DUE'],
  timeoutSeconds: 300,
})

const PAGE = 25
/** What a run does not come to, the next one does: nobody enters meanwhile. */
const MAX_PAGES = 40

const metadataOf = (run: string): EventMetadata => ({
  ...{ actorId: 'system', actorKind: 'system', actorName: 'Tessera' },
  ...{ correlationId: run, requestId: run, source: 'organizations-close-due' },
})

/** Whoever was faster, be it another run or somebody who called it off, has left nothing to do; the next run looks again. */
async function closeOne(due: Due, run: string, now: string): Promise<void> {
  const tenant = openTenant({ id: due.organizationId, meter: meter(), now, metadata: metadataOf(run) })
  const organization = await tenant.get(organizations, due.organizationId)
  const change = organization && close(organization, now)
  await tenant.commit([...(change ? [save(organizations, change)] : []), drop(due)])
}

/** Closes what is due; gives how many were done with, and how many could not be: one that fails stands in nobody's way. */
export async function closeDue(now: string): Promise<{ done: number; failed: number }> {
  const [lookups, run] = [tableFor(undefined, meter()), randomUUID()]
  const report = { done: 0, failed: 0 }
  let after: Item | undefined
  for (let page = 0; page < MAX_PAGES && (page === 0 || after); page++) {
    const { due, next } = await findDue(lookups, now, PAGE, after)
    const outcomes = await Promise.allSettled(due.map((each) => closeOne(each, run, now)))
    for (const [n, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') report.done++
      else if (!isVersionConflict(outcome.reason)) {
        report.failed++
        logger.error('An organization could not be closed', {
          organizationId: due[n]?.organizationId,
          error: describeError(outcome.reason),
        })
      }
    }
    after = next
  }
  return report
}

/** Fails when an organization could not be closed, so that its failures count as the function's. */
export async function handler(): Promise<void> {
  const report = await closeDue(new Date().toISOString())
  if (report.done + report.failed > 0) logger.info('closed', report)
  if (report.failed > 0) throw new Error(`${report.failed} organizations could not be closed.`)
}
