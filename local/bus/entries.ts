import { randomUUID } from 'node:crypto'
import { AwsError } from '../types.ts'

/** An entry of PutEvents as it comes over the wire. */
export interface Entry {
  Source?: string
  DetailType?: string
  Detail?: string
  EventBusName?: string
  Resources?: string[]
  /** Epoch seconds. */
  Time?: number
}

/** The event as rules match it and targets receive it. */
export interface BusEvent {
  version: '0'
  id: string
  'detail-type': string
  source: string
  account: string
  time: string
  region: string
  resources: string[]
  detail: unknown
}

const MAXIMUM_BYTES = 1_048_576

export const timestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

/** The entries of a PutEvents request, if it keeps the limits of a request. */
export function checkedEntries(input: Record<string, unknown>): Entry[] {
  const entries = (input.Entries ?? []) as Entry[]
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > 10) {
    const bound = entries.length > 10 ? 'less than or equal to 10' : 'greater than or equal to 1'
    const message = `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`
    throw new AwsError('ValidationException', message)
  }
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0)
  if (bytes >= MAXIMUM_BYTES) throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.')
  return entries
}

/** The event of an entry; throws `AwsError` with the entry's own error code. */
export function eventOf(entry: Entry, place: { account: string; region: string; now: number }): BusEvent {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) throw new AwsError('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`)
  }
  if (entry.Source?.startsWith('aws.')) throw new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source.')
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType as string,
    source: entry.Source as string,
    account: place.account,
    time: timestamp(entry.Time === undefined ? place.now : entry.Time * 1000),
    region: place.region,
    resources: entry.Resources ?? [],
    detail: detailOf(entry.Detail as string),
  }
}

function detailOf(detail: string): unknown {
  try {
    const value: unknown = JSON.parse(detail)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value
  } catch {}
  throw new AwsError('MalformedDetail', 'Detail is malformed.')
}

/** As EventBridge counts: 14 bytes for a time, else the UTF-8 bytes of each part. */
function entryBytes({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  return (Time === undefined ? 0 : 14) + Buffer.byteLength([Source, DetailType, Detail, ...Resources].join(''))
}
