import { tenantsFrom } from '../../events/reconcile-walk.ts'
import { leafOf } from '../../shared/merkle/leaf.ts'
import { isSame } from '../../shared/merkle/tree.ts'
import { openSigner, type Signer } from '../../shared/signing.ts'
import { toAttributes } from '../../shared/store/attributes.ts'
import { firstIdAt, lastIdAt, monthOf, monthPartitions } from '../../shared/store/audit-keys.ts'
import { TENANT_SHARDS } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { eachPage } from '../../shared/store/pages.ts'
import { type Item, tableFor } from '../../shared/store/table.ts'
import { openTenant, type Tenant } from '../../shared/store/tenant.ts'
import { task } from '../../shared/task.ts'
import { describeError, logger, MetricUnit, metrics } from '../../shared/telemetry.ts'
import { type Leaf, sealEntries } from './seal-entries.ts'
import { latest, leavesWithin, readNodes } from './tree-store.ts'

/**
 * Seals what the stream lost: it forgets after 24 hours, and a batch that failed too often is parked. Also, called with `sinceHours`, what stood in
 * the record before there was a sealer.
 */
export const rule = task('proofs/seal-missed', {
  summary: 'Seals audit entries that the sealer never saw.',
  startedBy: { schedule: 'rate(6 hours)' },
  reads: ['AUDIT'],
  writes: ['SEALED'],
  lookupReads: ['TENANTS'],
  signs: true,
  timeoutSeconds: 900,
})

const HOUR_MS = 3_600_000
/** Younger entries may be on their way still. */
const PATIENCE_MS = HOUR_MS / 6
/** As far as the stream may have come to nothing since the run before, twice over. */
const LOOK_BACK_HOURS = 13
const PAGE = 1_000
const BUDGET_MS = 14 * 60_000

/** Epoch milliseconds, both ends included. */
interface Stretch {
  from: number
  to: number
}

const monthsOf = ({ from, to }: Stretch): string[] => {
  const months = new Set<string>()
  for (let at = from; at < to; at += 24 * HOUR_MS) months.add(monthOf(at))
  return [...months.add(monthOf(to))]
}

/** Those that are not what stands at their number: changed since, or given a number that is another's, by which they were never sealed. */
async function changedSince(tenant: Tenant, leaves: readonly Leaf[]): Promise<string[]> {
  const numbers = await leavesWithin(tenant, leaves[0]?.id ?? '', leaves.at(-1)?.id ?? '')
  const head = await latest(tenant)
  if (!head) return []
  const at = ({ id }: Leaf) => ({ level: 0, index: numbers.get(id) ?? Number.NaN })
  const inTree = (leaf: Leaf) => at(leaf).index < head.size
  const hashOf = await readNodes(tenant, leaves.filter(inTree).map(at), head)
  return leaves.filter((leaf) => !inTree(leaf) || !isSame(hashOf(at(leaf)), leaf.hash)).map(({ id }) => id)
}

function tell({ id }: Tenant, changed: readonly string[]): void {
  if (changed.length === 0) return
  logger.error('Entries are not what was sealed', { organizationId: id, entries: changed.length, entryIds: changed.slice(0, 20) })
  metrics.addMetric('audit_entries_changed', MetricUnit.Count, changed.length)
}

/** Seals a tenant's entries of a stretch that have no leaf, and tells of those that are not what their leaf says; says how many it sealed. */
export async function sealMissed(tenant: Tenant, stretch: Stretch, signer: Signer): Promise<number> {
  let count = 0
  const bounds = { from: firstIdAt('aud', stretch.from), to: lastIdAt('aud', stretch.to) }
  for (const month of monthsOf(stretch)) {
    const pages = eachPage(async (cursor: string | undefined) => {
      const { items, nextCursor } = await tenant.list<Item & { id: string }>({
        partitions: monthPartitions(month),
        ...bounds,
        limit: PAGE,
        cursor,
      })
      return { items, next: nextCursor }
    })
    for await (const page of pages) {
      const leaves = page.map((entry) => ({ id: entry.id, hash: leafOf(toAttributes(entry)) }))
      if (leaves.length === 0) continue
      count += await sealEntries(tenant, leaves, signer)
      tell(tenant, await changedSince(tenant, leaves))
    }
  }
  return count
}

const metadata = { actorId: 'system', actorKind: 'system' as const, correlationId: '', requestId: '', source: 'proofs-seal-missed' }

export async function handler({ sinceHours = LOOK_BACK_HOURS }: { sinceHours?: number } = {}): Promise<{ sealed: number; failed: number }> {
  const started = Date.now()
  const stretch = { from: started - sinceHours * HOUR_MS, to: started - PATIENCE_MS }
  const signer = await openSigner()
  const report = { sealed: 0, failed: 0 }
  const walk = async (shard: number) => {
    for await (const id of tenantsFrom(tableFor(undefined, meter()), { shard, source: 0 })) {
      if (Date.now() - started > BUDGET_MS)
        throw new Error(`The walk came no further than ${id}. Call it with a smaller sinceHours, or again.`)
      const tenant = openTenant({ id, meter: meter(), now: new Date(started).toISOString(), metadata })
      await sealMissed(tenant, stretch, signer).then(
        (count) => {
          report.sealed += count
        },
        (error) => {
          report.failed++
          logger.error('A tenant could not be walked', { organizationId: id, error: describeError(error) })
        },
      )
    }
  }
  await Promise.all(Array.from({ length: TENANT_SHARDS }, (_, shard) => walk(shard)))
  metrics.addMetric('audit_entries_missed', MetricUnit.Count, report.sealed)
  metrics.publishStoredMetrics()
  if (report.sealed + report.failed > 0) logger.info('sealed what was missed', { ...report })
  if (report.failed > 0) throw new Error(`The record of ${report.failed} organizations could not be sealed. The log has their ids.`)
  return report
}
