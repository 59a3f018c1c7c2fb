import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { Problem, problem } from './errors.ts'
import type { ActorKind, DomainEvent, EventType } from './event.ts'
import { openKeyring } from './keyring.ts'
import type { DataNeeds, Grant } from './store/grants.ts'
import { doneKey } from './store/keys.ts'
import { type Meter, meter } from './store/meter.ts'
import type { Write } from './store/part.ts'
import { type Table, tableFor } from './store/table.ts'
import { openTenant, type Tenant } from './store/tenant.ts'
import { alone, putNew } from './store/writes.ts'
import { describeError, logger } from './telemetry.ts'

/** What a reaction answers to, and what it needs: becomes its EventBridge rule, queue, dead-letter queue, function and roles. */
export interface Reaction extends DataNeeds {
  /** Its file, without folder `functions/` and ending: `notifications/on-user-invited`. Marks its work as done, so it stays as it is. */
  name: string
  /** `every event`, or these types. */
  on: 'every event' | readonly EventType[]
  /**
   * Of those types, only events whose data says so: `{ kind: ['users/import'] }`. `undefined` is for types whose data has no such field:
   * `{ how: ['registered', undefined] }`.
   */
  only?: Readonly<Record<string, readonly (string | undefined)[]>>
  summary: string
  /** As in an endpoint's contract. */
  keyring?: true
  /** IAM actions beyond the table, such as `ses:SendEmail`. */
  calls?: readonly string[]
  /** Messages a function gets at once; default 10. */
  batchSize?: number
}

export const reaction = <const R extends Omit<Reaction, 'name'>>(name: string, rule: R) => ({ name, ...rule })

/** Markers of done work are kept longer than any queue keeps a message (14 days). */
const DONE_DAYS = 15

export interface ReactionCall<D = Record<string, unknown>> {
  event: DomainEvent<D>
  tenant: Tenant
  /** Opens another tenant that the event led to. */
  enter(organizationId: string): Tenant
  /** The look-ups that the rule names. */
  lookups: Table
  meter: Meter
  now: string
  /** Was this event finished before? Ask it ahead of what cannot be part of a transaction, such as a mail. */
  isDone(): Promise<boolean>
  /** Writes, and notes in the same transaction that this event is done; does nothing when it was. */
  once(writes: Write | readonly Write[]): Promise<void>
}

/** What `react` itself needs of the table: its markers. */
export const reactionGrants: Grant[] = [
  {
    actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM puts the session's tenant tag in here.
    leadingKeys: ['TENANT#${aws:PrincipalTag/tenant}#DONE#*'],
  },
]

const system = { actorId: 'system', actorKind: 'system' as ActorKind, actorName: 'Tessera' }

function callFor(consumer: string, event: DomainEvent, now: string): ReactionCall {
  const counts = meter()
  const { correlationId } = event.metadata
  const metadata = { ...system, correlationId, causationId: event.id, requestId: event.metadata.requestId, source: consumer }
  const enter = (id: string) => openTenant({ id, meter: counts, now, metadata })
  const tenant = enter(event.organizationId)
  const done = doneKey(event.organizationId, consumer, event.id)
  const expires = new Date(Date.parse(now) + DONE_DAYS * 86_400_000).toISOString()
  const isDone = async () => (await tenant.read(done))[0] !== undefined
  return {
    event,
    tenant,
    enter,
    now,
    meter: counts,
    isDone,
    lookups: tableFor(undefined, counts),
    async once(writes) {
      try {
        await tenant.commit([alone(putNew(done, { at: now }, 'CONFLICT', expires)), ...[writes].flat()])
      } catch (error) {
        if (!(error instanceof Problem) || !(await isDone())) throw error
      }
    },
  }
}

/** What a function and its queue are called: `notifications-on-user-invited`; `relay` for what is of no context. */
export const nameOf = ({ name }: { name: string }) => name.replace(/^events\//, '').replaceAll('/', '-')

/** Does the bus hand it this event? */
export const hears = ({ on, only = {} }: Reaction, { type, data }: Pick<DomainEvent, 'type' | 'data'>): boolean =>
  (on === 'every event' || on.some(({ name }) => name === type)) &&
  Object.entries(only).every(([field, values]) => values.includes(data[field] as string | undefined))

/** Nothing reacts before its event, so that what fell due by one clock has fallen due by another that is behind. */
function notBefore(timestamp: string): string {
  const now = new Date().toISOString()
  return now < timestamp ? timestamp : now
}

/** The domain event inside EventBridge's envelope, inside SQS's. */
export function eventIn(record: SQSRecord): DomainEvent {
  const { detail } = JSON.parse(record.body) as { detail?: DomainEvent }
  if (!detail?.id || !detail.organizationId) throw problem('INTERNAL', { message: `Message ${record.messageId} holds no event.` })
  return detail
}

/**
 * Makes the Lambda handler of a reaction: each message on its own, the failed ones alone come back. Delivery is at least once and
 * unordered, so a handler is idempotent by the event's id (`once`) or reads the aggregate.
 */
export function react<R extends Reaction>(
  rule: R,
  handler: (call: ReactionCall) => Promise<void>,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const consumer = nameOf(rule)
  const one = async (record: SQSRecord) => {
    try {
      const event = eventIn(record)
      if (rule.keyring) await openKeyring()
      await handler(callFor(consumer, event, notBefore(event.timestamp)))
      return []
    } catch (error) {
      logger.error('A reaction failed; its message will be tried again', {
        consumer,
        messageId: record.messageId,
        error: describeError(error),
      })
      return [{ itemIdentifier: record.messageId }]
    }
  }
  return async ({ Records }) => ({ batchItemFailures: (await Promise.all(Records.map(one))).flat() })
}
