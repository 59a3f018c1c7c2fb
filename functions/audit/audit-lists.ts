import { createHash } from 'node:crypto'
import { type IndexName, shardOf } from '../../shared/store/keys.ts'

/**
 * Where an entry is listed, so that a page by any one or two of its fields is read by key, whatever time it is of: docs/decisions/0031-audit.md
 * says what each list costs, and why there are no more.
 */

/** What an entry is found by, beside its time. */
export interface Listed {
  id: string
  actorId: string
  action: string
  resourceType: string
  resourceId: string
  success: boolean
  ip?: string | undefined
  /** Of what somebody did or was shown, which stands in the activity log: who. */
  activityOf?: string | undefined
}

const FIELDS = ['actorId', 'action', 'resourceType', 'resourceId', 'ip'] as const
export type Field = (typeof FIELDS)[number]
/** Filters that one list answers. */
export type Fields = Partial<Record<Field, string>>

type Subject = readonly Field[] | 'success' | 'activity' | 'activityOfPerson'

/** Where its entries stand: an index of the entry itself, which shows the whole of it, or a row beside it, or an index of that. */
interface Place {
  of: Subject
  index?: IndexName
}

/** By the entry itself. */
const WHOLE: readonly Place[] = [
  { of: ['actorId'], index: 'g1' },
  { of: ['resourceId'], index: 'g2' },
  { of: ['action'], index: 'g3' },
]

/** By rows that name the entry, four lists each: the fewest writes, and a row without its first list is none. */
const ROWS: readonly (readonly Place[])[] = [
  [
    { of: 'success' },
    { of: ['resourceType'], index: 'g1' },
    { of: ['actorId', 'action'], index: 'g2' },
    { of: ['actorId', 'resourceType'], index: 'g3' },
  ],
  [
    { of: ['actorId', 'resourceId'] },
    { of: ['action', 'resourceId'], index: 'g1' },
    { of: ['actorId', 'ip'], index: 'g2' },
    { of: ['resourceId', 'ip'], index: 'g3' },
  ],
  [{ of: ['ip'] }, { of: ['action', 'ip'], index: 'g1' }, { of: ['resourceType', 'ip'], index: 'g2' }],
  [{ of: 'activity' }, { of: 'activityOfPerson', index: 'g1' }],
  [{ of: ['resourceType', 'resourceId'] }],
]

/** Actions, types and actors of a customer's own applications begin like this, and none of ours does. */
export const APPLICATION = 'app.'
export const isOfApplication = (name: string) => name.startsWith(APPLICATION)

/** Events of ours with such names tell that somebody was not let through. */
const REFUSAL = /\.(failed|denied|escalation_attempted)$/
export const isRefusal = (action: string) => REFUSAL.test(action)

/** Of an id that is ours the type is known; an application may call things of several types by one. */
const isNeeded = (of: readonly Field[], { resourceType = '' }: Fields) =>
  !(of.includes('resourceType') && of.includes('resourceId')) || isOfApplication(resourceType)

/** A partition takes 1,000 writes a second, and a whole tenant may meet in a list that is of no person and no one thing. */
const SHARDS = 2
const SHARDS_OF_ALL = 4
const isPerson = (actorId = '') => /[_:]/.test(actorId)
const isOfOne = (of: readonly Field[], { actorId }: Fields) => of.includes('resourceId') || (of.includes('actorId') && isPerson(actorId))

const shardsOf = (of: Subject, fields: Fields) => {
  if (of === 'success') return SHARDS_OF_ALL
  return of === 'activityOfPerson' || (of !== 'activity' && isOfOne(of, fields)) ? 1 : SHARDS
}

const DIGEST_LENGTH = 16
/** Keys are short, as each stands four times in a row, and tell nobody's address. */
const digest = (parts: unknown) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, DIGEST_LENGTH)

/** Lists by one field are kept apart by success, so that either is read alone; without a word of it both are read and merged. */
const isSplit = (of: Subject) => of === 'success' || (isOfFields(of) && of.length === 1)
const isOfFields = (of: Subject): of is readonly Field[] => typeof of !== 'string'

/** A list by its subject and what it is of: the values of its fields, or a person. */
function partitionOf(of: Subject, fields: Fields & { activityOf?: string | undefined }, success: boolean, shard: number): string {
  const values = isOfFields(of) ? of.map((field) => fields[field]) : of === 'activityOfPerson' ? [fields.activityOf] : []
  const list = digest([of, values, isSplit(of) ? success : null])
  return shardsOf(of, fields) === 1 ? `AUDIT#BY#${list}` : `AUDIT#BY#${list}#${shard}`
}

/** Does it stand in this list? */
function isIn(of: Subject, entry: Listed): boolean {
  if (of === 'success') return true
  return isOfFields(of) ? of.every((field) => entry[field] !== undefined) && isNeeded(of, entry) : entry.activityOf !== undefined
}

const partitionFor = (of: Subject, entry: Listed) => partitionOf(of, entry, entry.success, shardOf(entry.id, shardsOf(of, entry)))

/** The lists that show the entry itself. */
export const indexesOf = (entry: Listed): Partial<Record<IndexName, [string, string]>> =>
  Object.fromEntries(WHOLE.map(({ of, index }) => [index, [partitionFor(of, entry), entry.id]]))

export interface ListRow {
  /** The partition of the row, relative to the tenant, and those by which indexes list it. */
  partition: string
  indexes: Partial<Record<IndexName, string>>
}

/** The rows that list an entry beside it. */
export function rowsOf(entry: Listed): ListRow[] {
  return ROWS.flatMap(([first, ...others]) => {
    if (!first || !isIn(first.of, entry)) return []
    const more = others.filter(({ of }) => isIn(of, entry)).map(({ of, index }) => [index, partitionFor(of, entry)])
    return [{ partition: partitionFor(first.of, entry), indexes: Object.fromEntries(more) }]
  })
}

const TAG_LENGTH = 4
const tagOf = (value: unknown) => digest(value).slice(0, TAG_LENGTH)

/** What a row tells of its entry, so that what a list does not serve is left out before it is read: by a few letters of each field. */
export const tagsOf = (entry: Listed) => FIELDS.map((field) => tagOf(entry[field] ?? null)).join('') + (entry.success ? '+' : '-')

/** May a row with such tags be of an entry with these fields? */
export const mayBe = (tags: string, fields: Fields, success: boolean | undefined): boolean =>
  FIELDS.every((field, n) => fields[field] === undefined || tags.startsWith(tagOf(fields[field]), n * TAG_LENGTH)) &&
  (success === undefined || tags.endsWith(success ? '+' : '-'))

/** What is read for a filter: partitions, relative to the tenant, in an index or in the table. */
export interface Reading {
  partitions: string[]
  index?: IndexName
  /** Into how many shards it is spread. */
  spread: number
  /** Its rows are the entries. */
  isWhole: boolean
  /** It answers the filter by itself. */
  isExact: boolean
}

/** Of ours an action tells whether it went well. */
const outcomes = (fields: Fields, success: boolean | undefined): boolean[] => {
  if (success !== undefined) return [success]
  if (fields.action !== undefined && !isOfApplication(fields.action)) return [!isRefusal(fields.action)]
  return [true, false]
}

function reading({ of, index }: Place, fields: Fields & { activityOf?: string }, success: boolean | undefined): Omit<Reading, 'isExact'> {
  const spread = shardsOf(of, fields)
  const shards = Array.from({ length: spread }, (_, shard) => shard)
  const sides = isSplit(of) ? outcomes(of === 'success' ? {} : fields, success) : [true]
  const partitions = sides.flatMap((side) => shards.map((shard) => partitionOf(of, fields, side, shard)))
  return { partitions, ...(index ? { index } : {}), spread, isWhole: WHOLE.some((place) => place.of === of) }
}

const PLACES = [...ROWS.flat(), ...WHOLE]
const placeOf = (of: Subject) => PLACES.find((place) => place.of === of) as Place

interface ByFields extends Place {
  of: readonly Field[]
}
const BY_FIELDS = PLACES.filter((place): place is ByFields => isOfFields(place.of))

/** An action is of one type, and so is a thing of ours. */
const isImplied = (field: Field, of: readonly Field[], fields: Fields) =>
  of.includes(field) ||
  (field === 'resourceType' && (of.includes('action') || (of.includes('resourceId') && !isOfApplication(fields.resourceType ?? ''))))

/** The list that leaves least to filter; nothing where no filter is given. */
export function listFor(fields: Fields, success?: boolean): Reading | undefined {
  const given = FIELDS.filter((field) => fields[field] !== undefined)
  if (given.length === 0) return success === undefined ? undefined : { ...reading(placeOf('success'), {}, success), isExact: true }
  const fitting = BY_FIELDS.filter(({ of }) => of.every((field) => given.includes(field)) && isNeeded(of, fields))
  const left = ({ of }: ByFields) => given.filter((field) => !isImplied(field, of, fields)).length
  const [best] = fitting.toSorted((one, other) => left(one) - left(other) || one.of.length - other.of.length)
  if (!best) return undefined
  return { ...reading(best, fields, success), isExact: left(best) === 0 && (success === undefined || isSplit(best.of)) }
}

/** What people did or were shown: all of them, or one. */
export const activityList = (activityOf?: string): Reading => ({
  ...(activityOf === undefined
    ? reading(placeOf('activity'), {}, undefined)
    : reading(placeOf('activityOfPerson'), { activityOf }, undefined)),
  isExact: true,
})
