import { publish } from '../shared/bus.ts'
import { fromRecord } from '../shared/event.ts'
import { reconcilerKey, TENANT_SHARDS } from '../shared/store/keys.ts'
import { meter } from '../shared/store/meter.ts'
import { type Table, tableFor } from '../shared/store/table.ts'
import { openTenant } from '../shared/store/tenant.ts'
import { task } from '../shared/task.ts'
import { describeError, logger, MetricUnit, metrics } from '../shared/telemetry.ts'
import { sourceOf } from './known.ts'
import { type Found, misplaced } from './misplaced.ts'
import { type Lane, missing, readFrom, type Source, type Stretch, sourcesOf, tenantsFrom } from './reconcile-walk.ts'

/**
 * Finds events that never reached the bus and publishes them from their items: a stream forgets after 24 hours, the table does
 * not. An event that the bus carried has an audit entry.
 */
export const rule = task('events/reconcile', {
  summary: 'Publishes events that the relay lost.',
  startedBy: { schedule: 'rate(5 minutes)' },
  reads: ['EVENTS', 'SIGNALS', 'DENIALS', 'AUDIT'],
  lookups: ['RELAY'],
  lookupReads: ['TENANTS'],
  calls: ['events:PutEvents'],
  timeoutSeconds: 300,
})

const MINUTE_MS = 60_000
/** Younger events may be on their way still. */
const PATIENCE_MS = 5 * MINUTE_MS
/** A walk begins so far before the end of the one before, as an entry may come late. */
const OVERLAP_MS = 60 * MINUTE_MS
/** Where nothing is known of an earlier walk. */
const FIRST_LOOK_MS = 2 * 24 * 60 * MINUTE_MS
const BUDGET_MS = 4 * MINUTE_MS
const SAVE_EVERY_PAGES = 25

/** A walk over all tenants: the shards of the directory side by side, and how far it came in each. */
interface Walk extends Stretch {
  lanes: Lane[]
  isDone?: boolean
}

export interface Report {
  pages: number
  checked: number
  republished: number
  /** The walk over all tenants ended in this run; the next one begins anew. */
  isDone: boolean
}

export interface Run {
  now: string
  /** Says when a run has taken long enough; the next one goes on from there. */
  isOver: (report: Report) => boolean
}

function begin(last: Walk | undefined, now: string): Walk {
  const until = Date.parse(now) - PATIENCE_MS
  const from = last ? Date.parse(last.until) - OVERLAP_MS : until - FIRST_LOOK_MS
  const lanes = Array.from({ length: TENANT_SHARDS }, (_, shard): Lane => ({ shard, source: 0 }))
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString(), lanes }
}

const save = (lookups: Table, walk: Walk) =>
  lookups.update({ Key: reconcilerKey, UpdateExpression: 'SET walk = :walk', ExpressionAttributeValues: { ':walk': walk } })

/** Publishes what has no audit entry. Throws when the bus does not take it, so that the walk stays where it is. */
async function republish(records: Record<string, unknown>[], found: Found): Promise<number> {
  const events = records.flatMap((record) => {
    try {
      const event = fromRecord(record)
      const reason = misplaced(found, event)
      if (reason) throw new Error(reason)
      return [{ event, source: sourceOf(event.type) }]
    } catch (error) {
      logger.error('A stored event cannot be read', { eventId: record.id, type: record.type, error: describeError(error) })
      return []
    }
  })
  const failed = await publish(events)
  for (const { event, code } of failed) logger.error('An event could not be published again', { eventId: event.id, type: event.type, code })
  if (failed.some(({ isHopeless }) => !isHopeless)) throw new Error(`The event bus refused ${failed.length} of ${events.length} events.`)
  return events.length - failed.length
}

/** What the lanes of a run have in common. */
interface Course extends Run {
  lookups: Table
  walk: Walk
  sources: readonly Source[]
  report: Report
}

/** Walks one shard of the directory until it is done or the run is over. */
async function follow(begun: Lane, { lookups, walk, sources, report, now, isOver }: Course): Promise<void> {
  const { shard } = begun
  for await (const id of tenantsFrom(lookups, begun)) {
    const tenant = openTenant({ id, meter: meter(), now, metadata: SYSTEM })
    let lane: Lane = id === begun.tenant ? begun : { shard, tenant: id, source: 0 }
    while (lane.source < sources.length) {
      const entity = sources[lane.source]?.kind.toUpperCase()
      const { records, next } = await readFrom(tenant, walk, sources, lane)
      const republished = await republish(await missing(tenant, records), { tenant: id, entity })
      report.republished += republished
      report.checked += records.length
      report.pages++
      lane = next
      walk.lanes[shard] = lane
      if (isOver(report)) return
      if (report.pages % SAVE_EVERY_PAGES === 0) await save(lookups, walk)
    }
  }
  walk.lanes[shard] = { shard, source: 0, isDone: true }
}

/** One run: goes on where the last one stopped, until the walk is done or the run is over. A lane that fails stays where it is, and stops no other. */
export async function reconcile({ now, isOver }: Run): Promise<Report> {
  const lookups = tableFor(undefined, meter())
  const last = (await lookups.read([reconcilerKey]))[0]?.walk as Walk | undefined
  const walk = last && !last.isDone ? last : begin(last, now)
  const report: Report = { pages: 0, checked: 0, republished: 0, isDone: false }
  const course = { lookups, walk, sources: sourcesOf(walk), report, now, isOver }
  const outcomes = await Promise.allSettled(walk.lanes.filter((lane) => !lane.isDone).map((lane) => follow(lane, course)))
  walk.isDone = walk.lanes.every((lane) => lane.isDone)
  await save(lookups, walk)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  return { ...report, isDone: walk.isDone }
}

const SYSTEM = {
  actorId: 'system',
  actorKind: 'system' as const,
  correlationId: 'reconcile',
  requestId: 'reconcile',
  source: 'events-reconcile',
}

export async function handler(): Promise<Report> {
  const started = Date.now()
  const report = await reconcile({ now: new Date(started).toISOString(), isOver: () => Date.now() - started > BUDGET_MS })
  logger.info('reconciled', { ...report })
  metrics.addMetric('events_republished', MetricUnit.Count, report.republished)
  metrics.publishStoredMetrics()
  return report
}
