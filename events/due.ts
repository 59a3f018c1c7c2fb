import { randomUUID } from 'node:crypto'
import { dueClosingPartition, duePartitions } from '../shared/store/keys.ts'
import { meter } from '../shared/store/meter.ts'
import { eachPage } from '../shared/store/pages.ts'
import { type Item, type Table, tableFor } from '../shared/store/table.ts'
import { task } from '../shared/task.ts'
import { describeError, logger, MetricUnit, metrics } from '../shared/telemetry.ts'
import { handOut } from './due-hand-out.ts'

/**
 * Hands out what has fallen due in every organization: each item once, as an event of its kind, which the relay carries to the bus.
 *
 * A run hands out some 10,000 items a minute: each takes 2 to 4 ms of a processor, of which a function has 0.6. With more than that waiting
 * it goes on, while another begins every minute; each takes the shards in an order of its own, so that they mostly work side by side. A
 * hundred thousand at once are through in about five minutes, a hundred thousand every minute keep ten or so at work. Each tenant
 * whose credentials are not held then takes a call to STS, of which an account has 600 a second unless it asks for more (`tenantCredentials`).
 */
export const rule = task('events/due', {
  summary: 'Hands out what has fallen due, each item once, as an event of its kind.',
  startedBy: { schedule: 'rate(1 minute)' },
  writes: ['SIGNALS'],
  lookups: ['DUE'],
  timeoutSeconds: 900,
})

const IN_FLIGHT = 32
const PAGE = 100
const BUDGET_MS = 14 * 60_000

/**
 * Nothing is put into the old partition any more, and a closing waits for 72 hours: three days after a stage was brought here it is empty,
 * so the release after this one need not read it.
 */
const PARTITIONS = [...duePartitions, dueClosingPartition]

export interface Report {
  handedOut: number
  failed: number
  /** How long the item that waited longest had been due as the run began. */
  lagSeconds: number
}

export interface Run {
  /** RFC 3339. */
  clock: () => string
  /** Says when a run has done enough; the next one begins with what is left. */
  isOver: (report: Report) => boolean
}

interface Sweep extends Run {
  id: string
  lookups: Table
  report: Report
}

/** What was due in a partition at a moment, the earliest first. */
const readDue = ({ lookups }: Sweep, partition: string, now: string, limit: number, after?: Item) =>
  lookups.query({
    KeyConditionExpression: 'pk = :pk AND sk < :end',
    // Behind every item of this very moment: `$` follows `#`.
    ExpressionAttributeValues: { ':pk': partition, ':end': `${now}$` },
    Limit: limit,
    ...(after ? { ExclusiveStartKey: after } : {}),
  })

interface Found {
  item: Item
  /** By the clock that found it due. */
  now: string
}

async function* dueIn(partition: string, sweep: Sweep): AsyncGenerator<Found> {
  const pages = eachPage(async (after: Item | undefined) => {
    const now = sweep.clock()
    const { items, lastKey } = await readDue(sweep, partition, now, PAGE, after)
    return { items: items.map((item) => ({ item, now })), next: lastKey }
  })
  for await (const page of pages) {
    for (const found of page) {
      if (sweep.isOver(sweep.report)) return
      yield found
    }
  }
}

function fail({ report }: Sweep, message: string, where: object, error: unknown) {
  report.failed++
  logger.error(message, { ...where, error: describeError(error) })
}

/** One that cannot be handed out stays where it is, and stands in nobody's way. */
async function tryOne({ item, now }: Found, sweep: Sweep): Promise<void> {
  try {
    if (await handOut(item, now, sweep.id)) sweep.report.handedOut++
  } catch (error) {
    fail(sweep, 'What is due could not be handed out', { pk: item.pk, sk: item.sk }, error)
  }
}

async function sweepPartition(partition: string, sweep: Sweep): Promise<void> {
  const found = dueIn(partition, sweep)
  const lane = async () => {
    for await (const each of found) await tryOne(each, sweep)
  }
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  } catch (error) {
    fail(sweep, 'What is due could not be read', { pk: partition }, error)
  }
}

/** Since when the oldest item of a partition has been due; nothing where none is. */
async function dueSince(partition: string, sweep: Sweep): Promise<string | undefined> {
  try {
    const { items } = await readDue(sweep, partition, sweep.clock(), 1)
    return items[0] && String(items[0].sk).split('#', 1)[0]
  } catch (error) {
    fail(sweep, 'What is due could not be read', { pk: partition }, error)
    return undefined
  }
}

interface Waiting {
  partition: string
  since: string
}

/** The partitions where something is due, shuffled. */
async function waitingIn(sweep: Sweep): Promise<Waiting[]> {
  const all = await Promise.all(PARTITIONS.map(async (partition) => ({ partition, since: await dueSince(partition, sweep) })))
  return all
    .flatMap(({ partition, since }) => (since === undefined ? [] : [{ partition, since, rank: Math.random() }]))
    .toSorted((one, other) => one.rank - other.rank)
}

function measureLag({ report, clock }: Sweep, waiting: readonly Waiting[]) {
  const now = clock()
  const oldest = waiting.reduce((earliest, { since }) => (since < earliest ? since : earliest), now)
  report.lagSeconds = (Date.parse(now) - Date.parse(oldest)) / 1000
  metrics.addMetric('due_lag_seconds', MetricUnit.Seconds, report.lagSeconds)
  // A run under load takes long, and whoever watches should know before its end.
  metrics.publishStoredMetrics()
}

export async function sweep(run: Run): Promise<Report> {
  const report: Report = { handedOut: 0, failed: 0, lagSeconds: 0 }
  const all = { ...run, id: randomUUID(), lookups: tableFor(undefined, meter()), report }
  const waiting = await waitingIn(all)
  measureLag(all, waiting)
  for (const { partition } of waiting) await sweepPartition(partition, all)
  return report
}

/** Fails when something could not be handed out, so that its failures count as the function's. */
export async function handler(): Promise<Report> {
  const started = Date.now()
  const report = await sweep({ clock: () => new Date().toISOString(), isOver: () => Date.now() - started > BUDGET_MS })
  if (report.handedOut + report.failed > 0) logger.info('handed out what was due', { ...report })
  if (report.failed > 0) throw new Error(`${report.failed} due items could not be handed out. The log has their keys.`)
  return report
}
