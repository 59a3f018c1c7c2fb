import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Code } from '../errors.ts'
import { type DomainEvent, type EventMetadata, type EventType, toRecord } from '../event.ts'
import { newId } from '../ids.ts'
import { diff } from './changes.ts'
import type { Change, Entity, Versioned } from './entity.ts'
import { eventKey, eventShard, guardKey, INDEXES, type Key, signalKey, tallyKey, tenantPartition } from './keys.ts'
import type { Item } from './table.ts'

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** What events written by one request or reaction have in common. */
export interface WriteContext {
  tableName: string
  organizationId: string
  now: string
  metadata: EventMetadata
}

/** One part of a transaction, and what it means when its condition fails. */
export interface Part {
  item: TransactItem
  conflict: Code
}

/** Something to write, once it is known who writes it and when. */
export type Write = (context: WriteContext) => Part[]

const ABSENT = 'attribute_not_exists(pk)'
const INTERNAL = new Set(['pk', 'sk', 'ttl', 'feed', ...INDEXES.flatMap((index) => [`${index}pk`, `${index}sk`])])

/** A stored item without its keys and index attributes. */
export const strip = <T>(item: Item): T => Object.fromEntries(Object.entries(item).filter(([name]) => !INTERNAL.has(name))) as T

const seconds = (timestamp: string) => Math.floor(Date.parse(timestamp) / 1000)

/** An aggregate's item as it is stored. */
export function toItem<T extends Versioned>(entity: Entity<T>, value: T): Item {
  const item: Item = { ...(value as Item), ...entity.keyOf(value) }
  for (const [index, [partition, sort]] of Object.entries(entity.indexes?.(value) ?? {}) as [string, [string, string]][]) {
    item[`${index}pk`] = tenantPartition(value.organizationId, partition)
    item[`${index}sk`] = sort
  }
  const expires = entity.expires?.(value)
  return expires === undefined ? item : { ...item, ttl: expires }
}

function itemPart<T extends Versioned>(entity: Entity<T>, { before, after }: Change<T>, context: WriteContext): Part {
  const condition = before
    ? { ConditionExpression: '#version = :version', ExpressionAttributeNames: { '#version': 'version' } }
    : { ConditionExpression: ABSENT }
  const values = before ? { ExpressionAttributeValues: { ':version': before.version } } : {}
  return {
    item: { Put: { TableName: context.tableName, Item: toItem(entity, after), ...condition, ...values } },
    conflict: before ? 'VERSION_CONFLICT' : 'CONFLICT',
  }
}

/** The event of a change, numbered by the aggregate's version. */
export function eventOf<T extends Versioned>(entity: Entity<T>, change: Change<T>, context: WriteContext): DomainEvent {
  const name = entity.label?.(change.after)
  return {
    id: newId('evt', Date.parse(context.now)),
    type: change.event.name,
    version: change.after.version,
    schemaVersion: change.event.version,
    aggregateType: entity.name.toLowerCase(),
    aggregateId: change.after.id,
    ...(name ? { aggregateName: name } : {}),
    organizationId: change.after.organizationId,
    timestamp: change.after.updatedAt,
    data: change.event.data.parse(change.data) as Record<string, unknown>,
    changes: diff(change.before, change.after),
    metadata: context.metadata,
  }
}

function eventPart<T extends Versioned>(entity: Entity<T>, change: Change<T>, context: WriteContext): Part {
  const event = eventOf(entity, change, context)
  const partition = tenantPartition(event.organizationId, entity.name, event.aggregateId)
  const [g1pk, g1sk] = eventShard(event.organizationId, event.id, event.timestamp)
  const Item = { ...eventKey(partition, event.version), g1pk, g1sk, ...toRecord(event) }
  return { item: { Put: { TableName: context.tableName, Item, ConditionExpression: ABSENT } }, conflict: 'VERSION_CONFLICT' }
}

function guardParts<T extends Versioned>(entity: Entity<T>, { before, after }: Change<T>, { tableName }: WriteContext): Part[] {
  const guards = (value: T | undefined) => new Map((value ? (entity.guards?.(value) ?? []) : []).map((g) => [`${g.kind}#${g.value}`, g]))
  const [old, now] = [guards(before), guards(after)]
  const key = (guard: { kind: string; value: string }) => guardKey(after.organizationId, guard.kind, guard.value)
  return [
    ...[...now]
      .filter(([name]) => !old.has(name))
      .map(
        ([, guard]): Part => ({
          item: { Put: { TableName: tableName, Item: { ...key(guard), owner: after.id }, ConditionExpression: ABSENT } },
          conflict: guard.conflict,
        }),
      ),
    ...[...old]
      .filter(([name]) => !now.has(name))
      .map(
        ([, guard]): Part => ({
          item: { Delete: { TableName: tableName, Key: key(guard) } },
          conflict: 'CONFLICT',
        }),
      ),
  ]
}

/** Moves the tally by one where the change makes or unmakes what it counts; the version condition on the item keeps it exact. */
function tallyParts<T extends Versioned>({ tally }: Entity<T>, { before, after }: Change<T>, { tableName }: WriteContext): Part[] {
  if (!tally) return []
  const by = Number(tally.counts(after)) - Number(before !== undefined && tally.counts(before))
  if (by === 0) return []
  const Update = {
    TableName: tableName,
    Key: tallyKey(after.organizationId, tally.kind),
    UpdateExpression: 'ADD #count :by',
    ExpressionAttributeNames: { '#count': 'count' },
    ...(by > 0
      ? { ExpressionAttributeValues: { ':by': by } }
      : { ConditionExpression: '#count > :one', ExpressionAttributeValues: { ':by': by, ':one': 1 } }),
  }
  return [{ item: { Update }, conflict: tally.conflict }]
}

/** Writes an aggregate's change: its item under a version condition, its guards and tally, its numbered event. */
export const save =
  <T extends Versioned>(entity: Entity<T>, change: Change<T>): Write =>
  (context) => [
    itemPart(entity, change, context),
    ...guardParts(entity, change, context),
    ...tallyParts(entity, change, context),
    eventPart(entity, change, context),
  ]

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
export const putNew = (key: Key, value: Item, conflict: Code, expiresAt?: string): Write =>
  put(key, value, { expression: ABSENT }, conflict, expiresAt)

/** Puts a plain record, whatever was there unless a condition says otherwise. */
export const put =
  (key: Key, value: Item, condition?: Condition, conflict: Code = 'CONFLICT', expiresAt?: string): Write =>
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

/** Sets attributes of a plain record. */
export const patch =
  (key: Key, set: Item, condition: Condition = { expression: 'attribute_exists(pk)' }, conflict: Code = 'CONFLICT'): Write =>
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

export const remove =
  (key: Key, condition?: Condition, conflict: Code = 'CONFLICT'): Write =>
  ({ tableName }) => [{ item: { Delete: { TableName: tableName, Key: { pk: key.pk, sk: key.sk }, ...conditional(condition) } }, conflict }]

/** Requires something of a record without changing it. */
export const check =
  (key: Key, condition: Condition, conflict: Code): Write =>
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
  event: EventType
  /** What it concerns. */
  aggregate: { type: string; id: string; name?: string }
  data: Record<string, unknown>
  /** Signals that share it within a day are one: `<actor>#<endpoint>#<minute>`. */
  fold?: string
}

/** An event that changes nothing (a failed sign-in, a denial): only the relay reads it, and TTL cleans it away after 30 days. */
export const signal =
  ({ event, aggregate, data, fold }: Signal): Write =>
  ({ tableName, organizationId, now, metadata }) => {
    const id = newId('evt', Date.parse(now))
    const record = toRecord({
      ...{ id, type: event.name, version: 0, schemaVersion: event.version, organizationId, timestamp: now, changes: {}, metadata },
      aggregateType: aggregate.type,
      aggregateId: aggregate.id,
      ...(aggregate.name ? { aggregateName: aggregate.name } : {}),
      data: event.data.parse(data) as Record<string, unknown>,
    })
    const Item = { ...signalKey(organizationId, now.slice(0, 10), fold ?? id), ...record, ttl: seconds(now) + 30 * 86_400 }
    return [{ item: { Put: { TableName: tableName, Item, ConditionExpression: ABSENT } }, conflict: 'CONFLICT' }]
  }
