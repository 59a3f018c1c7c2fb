import { config } from '../shared/config.ts'
import { pulseKey, pulseSeenKey } from '../shared/store/keys.ts'
import type { Table } from '../shared/store/table.ts'
import { cancellationOf } from '../shared/store/table-call.ts'

/** How often an idle relay is asked for a sign of life, and when an unanswered question is repeated. */
const PULSE_EVERY_MS = 10_000
const REPEAT_AFTER_MS = 5 * 60_000

/** The last sign of life that was asked for. */
interface Pulse {
  sentAt: string
  /** When the oldest unanswered one was sent. */
  since: string
}

interface Seen {
  sentAt: string
  seenAt: string
}

export interface RelayLag {
  /** From a write to its relay, measured; or, while an answer is owed, for how long it has been owed. */
  seconds: number
  /** False until the relay has answered for the first time. */
  isKnown: boolean
}

const msBetween = (from: string, to: string) => Math.max(0, Date.parse(to) - Date.parse(from))

/**
 * Sends a pulse unless somebody else just did: a new item that goes through the stream like an event (`feed`), so that it waits
 * behind every event written before.
 */
async function sendPulse(lookups: Table, last: Pulse | undefined, since: string, now: string): Promise<void> {
  const TableName = config.tableName
  const condition = last
    ? { ConditionExpression: 'sentAt = :last', ExpressionAttributeValues: { ':last': last.sentAt } }
    : { ConditionExpression: 'attribute_not_exists(pk)' }
  const sent = { pk: pulseKey.pk, sk: `SENT#${now}`, feed: 'event', sentAt: now, ttl: Math.floor(Date.parse(now) / 1000) + 3600 }
  try {
    await lookups.transact([
      { Put: { TableName, Item: { ...pulseKey, sentAt: now, since }, ...condition } },
      { Put: { TableName, Item: sent } },
    ])
  } catch (error) {
    if (!cancellationOf(error)) throw error
  }
}

/**
 * How far the relay lags behind the table, measured end to end and also when nobody writes: asking sends a pulse through the
 * stream, at most every ten seconds, and the relay notes when it came by. Needs the look-up `RELAY`.
 */
export async function relayLag(lookups: Table, now: string): Promise<RelayLag> {
  const [pulse, seen] = (await lookups.read([pulseKey, pulseSeenKey])) as [Pulse | undefined, Seen | undefined]
  const isAnswered = pulse !== undefined && seen !== undefined && seen.sentAt >= pulse.sentAt
  const dueAfter = isAnswered ? PULSE_EVERY_MS : REPEAT_AFTER_MS
  const since = pulse && !isAnswered ? pulse.since : now
  if (!pulse || msBetween(pulse.sentAt, now) >= dueAfter) await sendPulse(lookups, pulse, since, now)
  const ms = isAnswered ? msBetween(seen.sentAt, seen.seenAt) : msBetween(since, now)
  return { seconds: ms / 1000, isKnown: seen !== undefined }
}

export const isPulse = (record: Record<string, unknown>) => record.pk === pulseKey.pk

/** The relay's answer. */
export async function answerPulse(lookups: Table, pulse: Record<string, unknown>, now: string): Promise<void> {
  await lookups.update({
    Key: pulseSeenKey,
    UpdateExpression: 'SET sentAt = :sentAt, seenAt = :now',
    ExpressionAttributeValues: { ':sentAt': pulse.sentAt, ':now': now },
  })
}
