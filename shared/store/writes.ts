import type { ProblemKind } from '../errors.ts'
import { type EventType, toRecord } from '../event.ts'
import { newId } from '../ids.ts'
import { derivedPart, eventPart, guardParts, itemPart, policyParts, raisesPolicy, tallyParts } from './aggregate-parts.ts'
import type { Change, Entity, Versioned } from './entity.ts'
import { denialKey, isDenial, type Key, signalKey } from './keys.ts'
import { ABSENT, type Write } from './part.ts'
import { placeParts } from './place-parts.ts'
import type { Item } from './table.ts'

export type { Write } from './part.ts'
export { asText, strip, toItem } from './stored-item.ts'

const seconds = (timestamp: string) => Math.floor(Date.parse(timestamp) / 1000)

/** Writes an aggregate's change: its item under a version condition, its guards and tally, its numbered event. */
export const save = <T extends Versioned>(entity: Entity<T>, change: Change<T>): Write => saveTogether(entity, change)

/** The same for several aggregates of a kind, of which one may hand its guarded value over to another. */
export const saveTogether =
  <T extends Versioned>(entity: Entity<T>, ...changes: Change<T>[]): Write =>
  (context) => [
    ...changes.map((change) => itemPart(entity, change, context)),
    ...guardParts(entity, changes, context),
    ...placeParts(entity, changes, context),
    ...changes.flatMap((change) => tallyParts(entity, change, context)),
    ...changes.flatMap((change) => policyParts(entity, change, context)),
    ...changes.map((change) => eventPart(entity, change, context)),
  ]

/** Writes fields that an aggregate has beside its own changes, unless they are not what was read. */
export const derive =
  <T extends Versioned>(entity: Entity<T>, before: T, patch: Partial<T>): Write =>
  (context) => [derivedPart(entity, before, patch, context)]

/** Access is decided by something else than before, of which no aggregate tells by itself. */
export const raisePolicy: Write = (context) => [raisesPolicy(context.organizationId, context)]

/** A condition in DynamoDB's own words: `attribute_exists(pk) AND #status = :status`. */
export interface Condition {
  expression: string
  names?: Record<string, string>
  values?: Record<string, unknown>
}

const conditional = (condition: Condition | undefined) => ({
  ...(condition ? { ConditionExpression: condition.expression } : {}),
  ...(condition?.names ? { ExpressionAttributeNames: condition.names } : {}),
  ...(condition?.values ? { ExpressionAttributeValues: condition.values } : {}),
})

/** Puts a plain record that must not exist yet. `expiresAt` (RFC 3339) lets TTL clean it away afterwards. */
export const putNew = (key: Key, value: Item, conflict: ProblemKind, expiresAt?: string): Write =>
  put(key, value, { expression: ABSENT }, conflict, expiresAt)

/** Puts a plain record, whatever was there unless a condition says otherwise. */
export const put =
  (key: Key, value: Item, condition?: Condition, conflict: ProblemKind = 'CONFLICT', expiresAt?: string): Write =>
  ({ tableName }) => [
    {
      item: {
        Put: {
          TableName: tableName,
          Item: { ...value, ...key, ...(expiresAt ? { ttl: seconds(expiresAt) } : {}) },
          ...conditional(condition),
        },
      },
      conflict,
    },
  ]

/**
 * For a put that no event goes with and that may come twice: beside nothing else it is sent as what it is, at half the price of a
 * transaction. The table's own policy says where that may be (`infra/data-stack.ts`).
 */
export const alone =
  (write: Write): Write =>
  (context) =>
    write(context).map((part) => ({ ...part, alone: true }))

/** Sets attributes of a plain record. */
export const patch =
  (key: Key, set: Item, condition: Condition = { expression: 'attribute_exists(pk)' }, conflict: ProblemKind = 'CONFLICT'): Write =>
  ({ tableName }) => {
    const fields = Object.entries(set)
    const assign = fields.map((_, n) => `#s${n} = :s${n}`).join(', ')
    const names = Object.fromEntries(fields.map(([name], n) => [`#s${n}`, name]))
    const values = Object.fromEntries(fields.map(([, value], n) => [`:s${n}`, value]))
    return [
      {
        item: {
          Update: {
            TableName: tableName,
            Key: { pk: key.pk, sk: key.sk },
            UpdateExpression: `SET ${assign}`,
            ConditionExpression: condition.expression,
            ExpressionAttributeNames: { ...names, ...condition.names },
            ExpressionAttributeValues: { ...values, ...condition.values },
          },
        },
        conflict,
      },
    ]
  }

/** Adds to a number of a plain record, which its condition calls `#added`. */
export const add =
  (key: Key, name: string, by: number, condition: Condition, conflict: ProblemKind): Write =>
  ({ tableName }) => [
    {
      item: {
        Update: {
          TableName: tableName,
          Key: { pk: key.pk, sk: key.sk },
          UpdateExpression: 'ADD #added :by',
          ConditionExpression: condition.expression,
          ExpressionAttributeNames: { '#added': name, ...condition.names },
          ExpressionAttributeValues: { ':by': by, ...condition.values },
        },
      },
      conflict,
    },
  ]

export const remove =
  (key: Key, condition?: Condition, conflict: ProblemKind = 'CONFLICT'): Write =>
  ({ tableName }) => [{ item: { Delete: { TableName: tableName, Key: { pk: key.pk, sk: key.sk }, ...conditional(condition) } }, conflict }]

/** Requires something of a record without changing it. */
export const check =
  (key: Key, condition: Condition, conflict: ProblemKind): Write =>
  ({ tableName }) => [
    {
      item: {
        ConditionCheck: {
          TableName: tableName,
          Key: { pk: key.pk, sk: key.sk },
          ConditionExpression: condition.expression,
          ...(condition.names ? { ExpressionAttributeNames: condition.names } : {}),
          ...(condition.values ? { ExpressionAttributeValues: condition.values } : {}),
        },
      },
      conflict,
    },
  ]

export interface Signal {
  event: Pick<EventType, 'name' | 'version' | 'data' | 'keptDays'>
  /** Where whoever asks is told it; of this moment. */
  id?: string
  /** What it concerns. */
  aggregate: { type: string; id: string; name?: string }
  data: Record<string, unknown>
  /** Signals that share it within a day are one: `<actor>#<endpoint>#<minute>`. */
  fold?: string
}

/** Days after which a signal has long been told. */
const SIGNAL_DAYS = 30

/**
 * An event that changes nothing (a failed sign-in, a denial): only the relay reads it, and TTL cleans it away after 30 days at most.
 * Denials lie apart, since every function writes them.
 */
export const signal =
  ({ event, aggregate, data, fold, id: given }: Signal): Write =>
  ({ tableName, organizationId, now, metadata }) => {
    const id = given ?? newId('evt', Date.parse(now))
    const record = toRecord({
      id,
      type: event.name,
      version: 0,
      schemaVersion: event.version,
      organizationId,
      timestamp: now,
      changes: {},
      metadata,
      aggregateType: aggregate.type,
      aggregateId: aggregate.id,
      ...(aggregate.name ? { aggregateName: aggregate.name } : {}),
      data: event.data.parse(data) as Record<string, unknown>,
    })
    const days = Math.min(event.keptDays ?? SIGNAL_DAYS, SIGNAL_DAYS)
    const keyOf = isDenial(event.name) ? denialKey : signalKey
    const Item = { ...keyOf(organizationId, now.slice(0, 10), fold ?? id), ...record, ttl: seconds(now) + days * 86_400 }
    return [{ item: { Put: { TableName: tableName, Item, ConditionExpression: ABSENT } }, conflict: 'CONFLICT', alone: true }]
  }
