import type { PutEventsRequestEntry, PutEventsResponse } from '@aws-sdk/client-eventbridge'
import { callJson } from './aws-call.ts'
import { config } from './config.ts'
import type { DomainEvent } from './event.ts'
import { describeError, logger } from './telemetry.ts'

/** EventBridge's limits for one request. */
const MAX_ENTRIES = 10
const MAX_BYTES = 1_000_000

/** Codes of entries that no retry will heal. */
const HOPELESS = new Set(['TooLarge', 'MalformedDetail', 'InvalidArgument'])

export interface Outgoing {
  event: DomainEvent
  /** `tessera.<context>` */
  source: string
}

export interface Unpublished extends Outgoing {
  code: string
  /** Trying again would fail again. */
  isHopeless: boolean
}

/** What EventBridge is asked, in the types of the SDK; of its client nothing is loaded (`aws-call.ts`). */
const callBus = <T>(operation: 'PutEvents' | 'DescribeEventBus', input: object): Promise<T> =>
  callJson({ service: 'events', variable: 'EVENTBRIDGE', target: `AWSEvents.${operation}`, input })

/** Times are epoch seconds in AWS's JSON. */
type Entry = Omit<PutEventsRequestEntry, 'Time'> & { Time: number }

interface Sized extends Outgoing {
  entry: Entry
  bytes: number
}

/** As EventBridge counts an entry: 14 bytes for its time, else the UTF-8 bytes of its texts. */
function sized({ event, source }: Outgoing): Sized {
  const Detail = JSON.stringify(event)
  const entry = {
    EventBusName: config.eventBusName,
    Source: source,
    DetailType: event.type,
    Detail,
    Time: Date.parse(event.timestamp) / 1000,
  }
  return { event, source, entry, bytes: 14 + Buffer.byteLength(source + event.type + Detail) }
}

function requestsOf(entries: readonly Sized[]): Sized[][] {
  const requests: Sized[][] = []
  let bytes = 0
  for (const each of entries) {
    const open = requests.at(-1)
    if (open && open.length < MAX_ENTRIES && bytes + each.bytes < MAX_BYTES) open.push(each)
    else requests.push([each])
    bytes = requests.at(-1) === open ? bytes + each.bytes : each.bytes
  }
  return requests
}

const unpublished = ({ event, source }: Outgoing, code: string): Unpublished => ({ event, source, code, isHopeless: HOPELESS.has(code) })

async function put(request: readonly Sized[]): Promise<Unpublished[]> {
  try {
    const { Entries = [] } = await callBus<PutEventsResponse>('PutEvents', { Entries: request.map(({ entry }) => entry) })
    return request.flatMap((each, n) => {
      const result = Entries[n]
      return result?.EventId ? [] : [unpublished(each, result?.ErrorCode ?? 'NoResult')]
    })
  } catch (error) {
    logger.warn('The event bus refused a request', { entries: request.length, error: describeError(error) })
    return request.map((each) => unpublished(each, error instanceof Error ? error.name : 'Unknown'))
  }
}

/**
 * Puts events on the bus, in as few requests as its limits allow, and gives back those that did not arrive: the bus can take
 * one entry of a request and refuse the next.
 */
export async function publish(events: readonly Outgoing[]): Promise<Unpublished[]> {
  const entries = events.map(sized)
  const tooLarge = entries.filter(({ bytes }) => bytes >= MAX_BYTES)
  const results = await Promise.all(requestsOf(entries.filter(({ bytes }) => bytes < MAX_BYTES)).map(put))
  return [...tooLarge.map((each) => unpublished(each, 'TooLarge')), ...results.flat()]
}

/** Does the bus answer? Throws when not. */
export const describeBus = () => callBus<object>('DescribeEventBus', { Name: config.eventBusName })
