import type * as z from 'zod'
import { problem } from './errors.ts'
import { pack, unpack } from './pack.ts'
import type { Changes } from './store/changes.ts'

/** A kind of event: dotted, past, with the version of its data's schema. */
export interface EventType<D extends z.ZodType = z.ZodType> {
  name: string
  version: number
  summary: string
  data: D
  /** Names other systems know it by. */
  aka?: readonly string[]
  /** Its audit entries go after so many days; without it they stay. */
  keptDays?: number
  /** It tells that something fell due, so the sweep alone makes it. */
  isDue?: true
}

export const eventType = <D extends z.ZodType>(
  name: string,
  options: { summary: string; data: D; version?: number; aka?: string[]; keptDays?: number },
): EventType<D> => ({ name, version: options.version ?? 1, ...options })

export type ActorKind = 'member' | 'guest' | 'service' | 'system' | 'anonymous'

export interface EventMetadata {
  actorId: string
  actorKind: ActorKind
  actorName?: string
  /** Where the actor belongs, when that is another organization than the one acted in. */
  actorOrganizationId?: string
  sessionId?: string
  /** The request that began it all, through every reaction. */
  correlationId: string
  /** The event this one follows from. */
  causationId?: string
  requestId: string
  /** What the caller calls the request. */
  clientRequestId?: string
  ipAddress?: string
  userAgent?: string
  /** The route or the reaction that wrote it. */
  source: string
}

/** An event as it is stored, carried and consumed. */
export interface DomainEvent<D = Record<string, unknown>> {
  id: string
  type: string
  /** The aggregate's number of this event, from 1 without gaps; 0 for a signal, which belongs to no aggregate. */
  version: number
  schemaVersion: number
  aggregateType: string
  aggregateId: string
  aggregateName?: string
  organizationId: string
  timestamp: string
  data: D
  changes: Changes
  metadata: EventMetadata
}

/** What the envelope tells already is packed for next to nothing. */
const known = (event: Pick<DomainEvent, 'organizationId' | 'aggregateId' | 'timestamp'>) =>
  `${event.timestamp}${event.aggregateId}${event.organizationId}`

/** EventBridge and SQS carry at most 256 KB, their own envelopes included. */
const MAX_EVENT_BYTES = 200_000

/** The attributes of a stored event beside its keys. `feed` is what the relay's filter looks for. Throws `PAYLOAD_TOO_LARGE`. */
export function toRecord(event: DomainEvent): Record<string, unknown> {
  if (Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES) {
    throw problem('PAYLOAD_TOO_LARGE', {
      message: `One change can be told in at most ${MAX_EVENT_BYTES / 1000} KB. Change less at a time.`,
    })
  }
  const { data, changes, metadata, aggregateName, ...envelope } = event
  return { feed: 'event', ...envelope, packed: pack({ data, changes, metadata, aggregateName }, known(event)) }
}

export function fromRecord(record: Record<string, unknown>): DomainEvent {
  const { id, type, version, schemaVersion, aggregateType, aggregateId, organizationId, timestamp, packed } = record
  const envelope = { id, type, version, schemaVersion, aggregateType, aggregateId, organizationId, timestamp } as DomainEvent
  return { ...envelope, ...unpack(packed as Uint8Array, known(envelope)) }
}
