import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { isProblem } from '../../shared/errors.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { eventIn, reaction } from '../../shared/react.ts'
import { meter } from '../../shared/store/meter.ts'
import { openTenant, type Tenant } from '../../shared/store/tenant.ts'
import { describeError, logger } from '../../shared/telemetry.ts'
import { toEntry } from './audit-entry.ts'
import { putEntry } from './audit-store.ts'

export const rule = reaction('audit/on-any-event', {
  on: 'every event',
  summary: 'Writes the audit entry of every event.',
  writes: ['AUDIT'],
  batchSize: 10,
})

interface Message {
  messageId: string
  event: DomainEvent
}

function tenantOf(id: string): Tenant {
  const metadata = { actorId: 'system', actorKind: 'system' as const, correlationId: '', requestId: '', source: 'audit-on-any-event' }
  return openTenant({ id, meter: meter(), now: new Date().toISOString(), metadata })
}

/** One entry; that it is there already is what a second delivery finds. */
async function putOne(tenant: Tenant, { event, messageId }: Message): Promise<string[]> {
  try {
    await tenant.commit(putEntry(tenant.id, toEntry(event)))
    return []
  } catch (error) {
    if (isProblem(error, 'CONFLICT')) return []
    logger.error('An audit entry was not written; its event will be tried again', { eventId: event.id, error: describeError(error) })
    return [messageId]
  }
}

/** All entries of one tenant in one transaction; when that fails, each on its own. Gives the messages to try again. */
async function putAll(messages: readonly Message[]): Promise<string[]> {
  const [first] = messages
  if (!first) return []
  const tenant = tenantOf(first.event.organizationId)
  const distinct = [...new Map(messages.map((message) => [message.event.id, message])).values()]
  try {
    await tenant.commit(distinct.map(({ event }) => putEntry(tenant.id, toEntry(event))))
    return []
  } catch {
    return (await Promise.all(distinct.map((message) => putOne(tenant, message)))).flat()
  }
}

function read(record: SQSRecord): Message | string {
  try {
    return { messageId: record.messageId, event: eventIn(record) }
  } catch (error) {
    logger.error('A message holds no event', { messageId: record.messageId, error: describeError(error) })
    return record.messageId
  }
}

export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const messages = Records.map(read)
  const unreadable = messages.filter((each) => typeof each === 'string')
  const byTenant = Object.values(
    Object.groupBy(
      messages.filter((each) => typeof each !== 'string'),
      ({ event }) => event.organizationId,
    ),
  )
  const failed = (await Promise.all(byTenant.map((own) => putAll(own ?? [])))).flat()
  return { batchItemFailures: [...unreadable, ...failed].map((itemIdentifier) => ({ itemIdentifier })) }
}
