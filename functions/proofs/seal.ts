import type { AttributeValue, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { leafOf } from '../../shared/merkle/leaf.ts'
import { openSigner, type Signer } from '../../shared/signing.ts'
import { auditKey } from '../../shared/store/audit-keys.ts'
import { placeOfPartition } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { formOf } from '../../shared/store/stored-item.ts'
import { openTenant } from '../../shared/store/tenant.ts'
import { task } from '../../shared/task.ts'
import { describeError, logger, MetricUnit, metrics } from '../../shared/telemetry.ts'
import { type Leaf, sealEntries } from './seal-entries.ts'

/**
 * Seals the record: gives each new entry, as the stream of the table brings it, its leaf in its tenant's tree, and signs what the tree has come to.
 * So what was not sealed yet is nowhere written down: it is what the stream has not been read of.
 */
export const rule = task('proofs/seal', {
  summary: 'Seals new audit entries: gives each its number in a Merkle tree, and signs the tree.',
  startedBy: { stream: 'audit entries' },
  writes: ['SEALED'],
  signs: true,
  timeoutSeconds: 60,
})

/** Tenants at once, each with a few trips. */
const IN_FLIGHT = 16

interface Arrived extends Leaf {
  sequenceNumber: string
  /** Epoch milliseconds. */
  at: number
}

/** New entries by their tenants. Of the stream there may be other things, which are not ours: rows that list an entry bear its id, too. */
function arrivedIn(records: readonly DynamoDBRecord[]): Map<string, Arrived[]> {
  const byTenant = new Map<string, Arrived[]>()
  for (const { dynamodb } of records) {
    const image: Record<string, AttributeValue> = dynamodb?.NewImage ?? {}
    const { tenant } = placeOfPartition(image.pk?.S ?? '')
    const [id, form] = [image.sk?.S, formOf(image)]
    if (tenant === undefined || id === undefined || image.pk?.S !== auditKey(tenant, id).pk) continue
    const arrived = { id, hash: leafOf(form), sequenceNumber: dynamodb?.SequenceNumber ?? '', at: Date.parse(image.createdAt?.S ?? '') }
    byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), arrived])
  }
  return byTenant
}

const metadata = { actorId: 'system', actorKind: 'system' as const, correlationId: '', requestId: '', source: 'proofs-seal' }

/** Gives what has to come again: all of a tenant's records, of which those that were sealed are known by their leaves. */
async function sealTenant(id: string, arrived: readonly Arrived[], signer: Signer): Promise<string[]> {
  const tenant = openTenant({ id, meter: meter(), now: new Date().toISOString(), metadata })
  try {
    metrics.addMetric('audit_entries_sealed', MetricUnit.Count, await sealEntries(tenant, arrived, signer))
    return []
  } catch (error) {
    logger.error('Entries could not be sealed; they will come again', {
      organizationId: id,
      entries: arrived.length,
      error: describeError(error),
    })
    return arrived.map(({ sequenceNumber }) => sequenceNumber)
  }
}

function measureLag(tenants: Iterable<readonly Arrived[]>) {
  const oldest = Math.min(...[...tenants].flat().map(({ at }) => at))
  if (Number.isFinite(oldest)) metrics.addMetric('seal_lag_seconds', MetricUnit.Seconds, Math.max(0, Date.now() - oldest) / 1000)
}

export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const tenants = arrivedIn(Records)
  if (tenants.size === 0) return { batchItemFailures: [] }
  const signer = await openSigner()
  const waiting = tenants.entries()
  const failed: string[] = []
  const lane = async () => {
    for (const [id, arrived] of waiting) failed.push(...(await sealTenant(id, arrived, signer)))
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  measureLag(tenants.values())
  metrics.publishStoredMetrics()
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
}
