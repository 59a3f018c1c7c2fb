import { isDeepStrictEqual } from 'node:util'
import { type DomainEvent, toRecord } from '../event.ts'
import { newId } from '../ids.ts'
import { diff } from './changes.ts'
import type { Change, Entity, Tally, Versioned } from './entity.ts'
import { eventKey, eventShard, guardKey, organizationKey, tallyKey, tenantPartition } from './keys.ts'
import { ABSENT, type Part, type WriteContext } from './part.ts'
import { toItem } from './stored-item.ts'

export function itemPart<T extends Versioned>(entity: Entity<T>, { before, after }: Change<T>, context: WriteContext): Part {
  if ((entity.partial || entity.derived) && before)
    return { item: { Update: changedAttributes(entity, before, after, context) }, conflict: 'VERSION_CONFLICT' }
  const condition = before
    ? { ConditionExpression: '#version = :version', ExpressionAttributeNames: { '#version': 'version' } }
    : { ConditionExpression: ABSENT }
  const values = before ? { ExpressionAttributeValues: { ':version': before.version } } : {}
  return {
    item: { Put: { TableName: context.tableName, Item: toItem(entity, after), ...condition, ...values } },
    // What is named by its caller may be made twice at once: whoever comes second reads again, and finds it there.
    conflict: 'VERSION_CONFLICT',
  }
}

/** The item as the change makes it, with what others write of it as it was read. */
const byItself = <T extends Versioned>({ derived = [] }: Entity<T>, before: T | undefined, after: T): T =>
  before ? { ...after, ...Object.fromEntries(derived.map((name) => [name, before[name]])) } : after

/** A condition that these fields are still as they were read. */
function unmoved<T extends Versioned>(demanded: readonly (keyof T & string)[], before: T) {
  return {
    expression: demanded
      .map((name, n) => (before[name] === undefined ? ` AND attribute_not_exists(#d${n})` : ` AND #d${n} = :d${n}`))
      .join(''),
    names: Object.fromEntries(demanded.map((name, n) => [`#d${n}`, name])),
    values: Object.fromEntries(demanded.flatMap((name, n) => (before[name] === undefined ? [] : [[`:d${n}`, before[name]]]))),
  }
}

/** Sets the attributes that changed and removes those that are gone, under the version that was read; no other is named. */
function changedAttributes<T extends Versioned>(entity: Entity<T>, before: T, after: T, { tableName }: WriteContext) {
  const item = toItem(entity, byItself(entity, before, after))
  const names = [...Object.keys(diff(toItem(entity, before), item)), 'version', 'updatedAt'].map((name, n) => [name, n] as const)
  const kept = names.filter(([name]) => item[name] !== undefined)
  const gone = names.filter(([name]) => item[name] === undefined).map(([, n]) => `#${n}`)
  const still = unmoved(after.deletedAt && !before.deletedAt ? (entity.derived ?? []) : [], before)
  return {
    TableName: tableName,
    Key: { pk: item.pk, sk: item.sk },
    UpdateExpression: `SET ${kept.map(([, n]) => `#${n} = :${n}`).join(', ')}${gone.length > 0 ? ` REMOVE ${gone.join(', ')}` : ''}`,
    ConditionExpression: `#version = :version${still.expression}`,
    ExpressionAttributeNames: { ...Object.fromEntries(names.map(([name, n]) => [`#${n}`, name])), '#version': 'version', ...still.names },
    ExpressionAttributeValues: {
      ...Object.fromEntries(kept.map(([name, n]) => [`:${n}`, item[name]])),
      ':version': before.version,
      ...still.values,
    },
  }
}

/** Sets derived fields, and what indexes show of them, where they are as they were read; the aggregate itself stays what it is. */
export function derivedPart<T extends Versioned>(entity: Entity<T>, before: T, patch: Partial<T>, { tableName }: WriteContext): Part {
  const fields = Object.keys(patch) as (keyof T & string)[]
  const item = toItem(entity, { ...before, ...patch })
  const names = Object.keys(diff(toItem(entity, before), item)).map((name, n) => [name, n] as const)
  const still = unmoved(fields, before)
  const Update = {
    TableName: tableName,
    Key: entity.keyOf(before),
    UpdateExpression: `SET ${names.map(([, n]) => `#${n} = :${n}`).join(', ')}`,
    ConditionExpression: `attribute_not_exists(deletedAt)${still.expression}`,
    ExpressionAttributeNames: { ...Object.fromEntries(names.map(([name, n]) => [`#${n}`, name])), ...still.names },
    ExpressionAttributeValues: { ...Object.fromEntries(names.map(([name, n]) => [`:${n}`, item[name]])), ...still.values },
  }
  return { item: { Update }, conflict: 'VERSION_CONFLICT' }
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
    changes: diff(change.before, byItself(entity, change.before, change.after)),
    metadata: context.metadata,
  }
}

export function eventPart<T extends Versioned>(entity: Entity<T>, change: Change<T>, context: WriteContext): Part {
  const event = eventOf(entity, change, context)
  const partition = tenantPartition(event.organizationId, entity.name, event.aggregateId)
  const [g1pk, g1sk] = eventShard(event.organizationId, event.id, event.timestamp)
  const Item = { ...eventKey(partition, event.version), g1pk, g1sk, ...toRecord(event) }
  return { item: { Put: { TableName: context.tableName, Item, ConditionExpression: ABSENT } }, conflict: 'VERSION_CONFLICT' }
}

interface HeldGuard {
  kind: string
  value: string
  owner: string
}

/** The guards that these items hold, by kind and value. */
function guardsOf<T extends Versioned>({ guards = {} }: Entity<T>, items: readonly (T | undefined)[]): Map<string, HeldGuard> {
  const held = items.flatMap((item) =>
    Object.entries(guards).flatMap(([kind, { of }]) => {
      const value = item && of(item)
      return item && value !== undefined ? [{ kind, value, owner: item.id }] : []
    }),
  )
  return new Map(held.map((guard) => [`${guard.kind}#${guard.value}`, guard]))
}

/** Takes the guards that are new, frees those that are gone, and hands over those that pass from one item to another of the same transaction. */
export function guardParts<T extends Versioned>(entity: Entity<T>, changes: readonly Change<T>[], { tableName }: WriteContext): Part[] {
  const old = guardsOf(
    entity,
    changes.map(({ before }) => before),
  )
  const now = guardsOf(
    entity,
    changes.map(({ after }) => after),
  )
  const tenant = changes[0]?.after.organizationId ?? ''
  const key = ({ kind, value }: HeldGuard) => guardKey(tenant, kind, entity.guards?.[kind]?.hash?.(value) ?? value)
  const taken = [...now].flatMap(([name, guard]): Part[] => {
    const before = old.get(name)
    if (before?.owner === guard.owner) return []
    const condition = before
      ? { ConditionExpression: 'attribute_not_exists(pk) OR #owner = :before', ExpressionAttributeNames: { '#owner': 'owner' } }
      : { ConditionExpression: ABSENT }
    const values = before ? { ExpressionAttributeValues: { ':before': before.owner } } : {}
    const Item = { ...key(guard), owner: guard.owner }
    return [
      {
        item: { Put: { TableName: tableName, Item, ...condition, ...values } },
        conflict: entity.guards?.[guard.kind]?.conflict ?? 'CONFLICT',
      },
    ]
  })
  const freed = [...old].flatMap(([name, guard]): Part[] =>
    now.has(name) ? [] : [{ item: { Delete: { TableName: tableName, Key: key(guard) } }, conflict: 'CONFLICT' }],
  )
  return [...taken, ...freed]
}

/** The policy of a tenant has changed; once in a transaction, whatever changed of it. */
export const raisesPolicy = (organizationId: string, { tableName }: Pick<WriteContext, 'tableName'>): Part => ({
  item: {
    Update: {
      TableName: tableName,
      Key: organizationKey(organizationId),
      UpdateExpression: 'ADD policyVersion :one',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':one': 1 },
    },
  },
  conflict: 'CONFLICT',
  once: 'policy',
})

export function policyParts<T extends Versioned>({ policy = [] }: Entity<T>, { before, after }: Change<T>, context: WriteContext): Part[] {
  // What is new is known to nobody yet.
  const hasMoved = before && policy.some((field) => !isDeepStrictEqual(before[field], after[field]))
  return hasMoved ? [raisesPolicy(after.organizationId, context)] : []
}

/** Moves the tally by one where the change makes or unmakes what it counts; the version condition on the item keeps it exact. */
export function tallyParts<T extends Versioned>({ tally }: Entity<T>, { before, after }: Change<T>, { tableName }: WriteContext): Part[] {
  if (!tally) return []
  const by = Number(tally.counts(after)) - Number(before !== undefined && tally.counts(before))
  if (by === 0) return []
  const Update = {
    TableName: tableName,
    Key: tallyKey(after.organizationId, tally.kind),
    UpdateExpression: 'ADD #count :by',
    ExpressionAttributeNames: { '#count': 'count' },
    ...tallyCondition(tally, by),
  }
  return [{ item: { Update }, conflict: tally.conflict }]
}

function tallyCondition({ atMost }: Pick<Tally<never>, 'atMost'>, by: number) {
  const limit = (ConditionExpression: string, bound: number) => ({
    ConditionExpression,
    ExpressionAttributeValues: { ':by': by, ':bound': bound },
  })
  if (atMost === undefined && by < 0) return limit('#count > :bound', 1)
  if (atMost !== undefined && by > 0) return limit('attribute_not_exists(#count) OR #count < :bound', atMost)
  return { ExpressionAttributeValues: { ':by': by } }
}
