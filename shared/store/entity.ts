import type { ProblemKind } from '../errors.ts'
import type { EventType } from '../event.ts'
import { type IndexName, itemKey, type Key } from './keys.ts'

/** What every aggregate's current item holds. */
export interface Versioned {
  id: string
  organizationId: string
  /** The number of its last event, from 1. */
  version: number
  createdAt: string
  updatedAt: string
  deletedAt?: string
}

/** A value that only one item of the tenant may hold at a time. */
export interface Guard<T> {
  /** Folded as the rule compares it: lower case, trimmed; nothing where the item holds none. */
  of: (item: T) => string | undefined
  /** What stands in the key instead of the value, where that must not be read there; asked only when the value changes. */
  hash?: (value: string) => string
  conflict: ProblemKind
}

/** Something of which the tenant keeps at least one: counted in the transactions that change it, so that two cannot both take the last. */
export interface Tally<T> {
  kind: string
  counts: (item: T) => boolean
  /** Instead there may be none, and so many at most. */
  atMost?: number
  conflict: ProblemKind
}

/**
 * A list by the one value that an item has, held by an index: written with the item, it is there at once and shows the item itself. It is
 * for a value that few items have.
 */
export interface IndexList<T> {
  index: IndexName
  of: (item: T) => string
  /** What most items have: it gets no list, and costs nothing; who asks for it reads all and filters. */
  except?: string
}

/**
 * What an item lies in, such as the unit of a user, which counts what lies in it: so nothing comes to lie in what is not there, and whoever
 * removes it knows whether it is empty. A removed item lies nowhere.
 */
export interface Place<T> {
  /** The entity that it is of: `UNIT`. */
  entity: string
  id: (item: T) => string | undefined
  /** The attribute that counts. */
  counted: string
  /** There is no such thing. */
  unknown: ProblemKind
}

/** Where an aggregate's items lie and in which lists they appear. */
export interface EntityOptions<T extends Versioned> {
  /** Key segment: `USER`. The event's `aggregateType` is its lower case. */
  name: string
  /** What its lists are called, `USERS`; default: the name with an S. */
  plural?: string
  /** Default: `TENANT#<org>#<name>#<id>` / `ITEM`. */
  key?: (item: Pick<T, 'id' | 'organizationId'> & Partial<T>) => Key
  /** Index entries; partitions are relative to the tenant: `{ g1: ['USERS', id] }`. */
  indexes?: (item: T) => Partial<Record<IndexName, [partition: string, sort: string]>>
  /** One list of all that are not deleted, by id; takes the index `g1`, and `indexes` has the others. */
  all?: true
  /** Lists by value: kept by a reaction (`keepsLists`), `{ ROLE: roleIdsOf }` lists an item under each of its roles; or by an index. */
  lists?: Readonly<Record<string, ((item: T) => readonly string[]) | IndexList<T>>>
  /** What it is found by when somebody searches: texts whose words count, kept by the same reaction. */
  search?: (item: T) => readonly string[]
  /**
   * The list of where its items lie among units and groups, `USERS#TREE`, from which whoever may see a part of the organization is shown what lies
   * there: kept by the same reaction, or by an index whose sort key is the item's own path.
   */
  byPlace?: 'kept' | IndexName
  /** By kind: `{ EMAIL: … }`. */
  guards?: Readonly<Record<string, Guard<T>>>
  tally?: Tally<T>
  liesIn?: Place<T>
  /** How people call it, in audit entries. */
  label?: (item: T) => string
  /** When the item may be cleaned away (TTL), epoch seconds. */
  expires?: (item: T) => number | undefined
  /** What access decisions know of an item, beside its type and id: where it lies, whose it is, and the fields that conditions may ask about. */
  access?: {
    unitId?: (item: T) => string | undefined
    groupIds?: (item: T) => readonly string[]
    ownerId?: (item: T) => string | undefined
    attributes?: readonly (keyof T & string)[]
  }
  /**
   * The fields of an item that is read by id to decide access, and kept under the tenant's policy version: a change of one of them raises that
   * version in its own transaction.
   */
  policy?: readonly (keyof T & string)[]
  /** Fields whose shape the caller decides: kept as JSON text. */
  freeForm?: readonly (keyof T & string)[]
  /** Written and never again: whoever writes it puts it, and may neither change nor delete it. When it goes, `ends` says. */
  once?: true
  /**
   * A change writes the fields that changed and leaves every other attribute alone, so that it can be granted by attributes; a creation
   * writes the whole item. Goes with no indexes, whose attributes follow the fields.
   */
  partial?: true
  /**
   * Fields that are written beside the aggregate's own changes, such as what lies in it is counted: a change leaves them alone and tells
   * nothing of them, and a removal demands them as they were read.
   */
  derived?: readonly (keyof T & string)[]
}

export interface Entity<T extends Versioned> extends EntityOptions<T> {
  plural: string
  keyOf(item: Pick<T, 'id' | 'organizationId'> & Partial<T>): Key
}

/** Where items are listed by the paths to where they lie. */
export const placePartition = ({ plural }: { plural: string }) => `${plural}#TREE`

/** What a list by value is called: `USERS#ROLE#rol_admin`. */
export const listPartition = ({ plural }: { plural: string }, list: string, value: string) => `${plural}#${list}#${value}`

type Entries = Partial<Record<IndexName, [partition: string, sort: string]>>

/** The index entries of the lists that an entity states, a removed item's none. */
function listEntries<T extends Versioned>({ plural, all, lists = {} }: EntityOptions<T> & { plural: string }, item: T): Entries {
  const byValue = Object.entries(lists).flatMap(([list, kept]) => {
    const value = typeof kept === 'function' ? undefined : kept.of(item)
    return typeof kept === 'function' || value === undefined || value === kept.except
      ? []
      : [[kept.index, listPartition({ plural }, list, value)]]
  })
  const ofAll = all ? [['g1', plural]] : []
  return Object.fromEntries([...ofAll, ...byValue].map(([index, partition]) => [index, [partition, item.id]]))
}

/** Throws where the options contradict one another. */
export function entity<T extends Versioned>(options: EntityOptions<T>): Entity<T> {
  const { name, plural = `${name}S`, all, indexes, lists = {} } = options
  const stated = all || Object.values(lists).some((kept) => typeof kept !== 'function')
  if (options.partial && (indexes || stated)) throw new Error(`${name}: what is changed in part has no indexes.`)
  const inLists = (item: T): Entries => (item.deletedAt ? {} : { ...listEntries({ ...options, plural }, item), ...indexes?.(item) })
  return {
    ...options,
    plural,
    ...(stated ? { indexes: inLists } : {}),
    keyOf: options.key ?? ((item) => itemKey(item.organizationId, name, item.id)),
  }
}

/** What a transition returns: the item before and after, and the event that says what happened. */
export interface Change<T extends Versioned> {
  before?: T
  after: T
  event: EventType
  /** What a consumer needs to know beyond `changes`; small. */
  data: Record<string, unknown>
}

export interface Happened {
  event: EventType
  /** RFC 3339 UTC. */
  at: string
  data?: Record<string, unknown>
}

/** A new aggregate, at version 1. */
export function created<T extends Versioned>(fields: Omit<T, 'version' | 'createdAt' | 'updatedAt'>, happened: Happened): Change<T> {
  const after = { ...fields, version: 1, createdAt: happened.at, updatedAt: happened.at } as T
  return { after, event: happened.event, data: happened.data ?? {} }
}

/** An aggregate moved on by one version; `undefined` in the patch removes a field. */
export function changed<T extends Versioned>(before: T, patch: Partial<T>, happened: Happened): Change<T> {
  const after = { ...before, ...patch, version: before.version + 1, updatedAt: happened.at }
  return { before, after, event: happened.event, data: happened.data ?? {} }
}
