import { beforeEach, expect, jest, test } from '@jest/globals'
import { workbench } from '../test/workbench.ts'
import type { DomainEvent } from './event.ts'
import { newId } from './ids.ts'
import { type ReactionCall, react, reaction } from './react.ts'
import { itemKey } from './store/keys.ts'
import { change, noteChanged, notes, noteWritten, write } from './store/test-notes.ts'
import { patch, put, save } from './store/writes.ts'
import { logger } from './telemetry.ts'

const bench = workbench()
let organizationId: string
beforeEach(() => {
  organizationId = newId('org')
  jest.restoreAllMocks()
  jest.spyOn(logger, 'error').mockImplementation(() => undefined)
})

const rule = reaction('notes/on-note', { on: [noteWritten, noteChanged], summary: 'Of notes.', writes: ['NOTE'] })
const reacting = (work: (call: ReactionCall) => Promise<void>) => react(rule, work) as (event: never) => Promise<unknown>
const tallyKey = () => itemKey(organizationId, 'NOTE', 'tally')
const tally = async () => (await bench.tenant(organizationId).read<{ n: number }>(tallyKey()))[0]?.n
/** Adds one, the way that a redelivery could add twice. */
const addOne = async ({ tenant, once }: ReactionCall) => {
  const [known] = await tenant.read<{ n: number }>(tallyKey())
  await once(put(tallyKey(), { n: (known?.n ?? 0) + 1 }))
}

async function written(title: string): Promise<DomainEvent> {
  const made = write(organizationId, title)
  await bench.tenant(organizationId).commit(save(notes, made))
  const [event] = await bench.tenant(organizationId).events(notes, made.after.id)
  return event as DomainEvent
}
const inQueue = (body: string, messageId: string) => ({ messageId, body })

test('an event delivered twice has its effect once, one after the other or at once', async () => {
  const handler = reacting(addOne)
  const event = await written('Twice')
  expect(await bench.react(handler, event)).toEqual([])
  expect(await bench.react(handler, event)).toEqual([])
  expect(await bench.react(handler, event, event, event)).toEqual([])
  expect(await tally()).toBe(1)
})

test('the same event counts for each consumer apart', async () => {
  const event = await written('Two consumers')
  await bench.react(reacting(addOne), event)
  await bench.react(react({ ...rule, name: 'others/on-note' }, addOne) as never, event)
  expect(await tally()).toBe(2)
})

test('it is known beforehand whether an event was finished', async () => {
  const seen: boolean[] = []
  const handler = reacting(async ({ isDone, once }) => {
    seen.push(await isDone())
    await once([])
  })
  const event = await written('Known')
  await bench.react(handler, event)
  await bench.react(handler, event)
  expect(seen).toEqual([false, true])
})

test('a write that fails for another reason fails the message, and the event stays open', async () => {
  const event = await written('Fails')
  const failing = reacting(({ once }) => once(patch(itemKey(organizationId, 'NOTE', 'absent'), { n: 1 })))
  expect(await bench.react(failing, event)).toEqual(['message-0'])
  expect(await bench.react(reacting(addOne), event)).toEqual([])
  expect(await tally()).toBe(1)
})

test('of a batch only the failed messages come back', async () => {
  const events = [await written('Good'), await written('Bad'), await written('Good too')]
  const handler = reacting(async ({ event, once }) => {
    if (event.aggregateName === 'Bad') throw new Error('no')
    await once([])
  })
  expect(await bench.react(handler, ...events)).toEqual(['message-1'])
})

test('a message that holds no event fails alone', async () => {
  const event = await written('Sound')
  const handler = reacting(addOne)
  const records = ['', '{', 'null', '{}', '{"detail":{}}', '{"detail":{"id":"evt_1"}}', JSON.stringify({ detail: event })]
  const reply = await handler({ Records: records.map((body, n) => inQueue(body, `m${n}`)) } as never)
  expect(reply).toEqual({ batchItemFailures: [0, 1, 2, 3, 4, 5].map((n) => ({ itemIdentifier: `m${n}` })) })
  expect(await tally()).toBe(1)
})

test('what a reaction writes follows from its event, by the system, in the same story', async () => {
  const event = await written('Cause')
  const handler = reacting(async ({ event: { aggregateId }, tenant, once, now }) => {
    const note = await tenant.get(notes, aggregateId)
    if (note) await once(save(notes, change(note, { text: 'seen' }, now)))
  })
  await bench.react(handler, event)
  const [, effect] = await bench.tenant(organizationId).events(notes, event.aggregateId)
  expect(effect?.metadata).toMatchObject({
    actorId: 'system',
    actorKind: 'system',
    actorName: 'Tessera',
    source: 'notes-on-note',
    causationId: event.id,
    correlationId: event.metadata.correlationId,
  })
})

test('nothing reacts before its event, though the clock is behind that of whoever wrote it', async () => {
  const event = await written('Early')
  const moments: string[] = []
  const handler = reacting(async ({ now }) => void moments.push(now))
  const before = new Date().toISOString()
  await bench.react(handler, { ...event, timestamp: '2126-01-01T00:00:00.000Z' }, event)
  expect(moments.find((now) => now === '2126-01-01T00:00:00.000Z')).toBeDefined()
  expect(moments.filter((now) => now >= before && now <= new Date().toISOString())).toHaveLength(1)
})

test('a failure is logged with its consumer and message, and nothing personal', async () => {
  const handler = reacting(async () => {
    throw new Error('mail to ada@example.com bounced')
  })
  await bench.react(handler, await written('Logged'))
  const [[, about] = []] = jest.mocked(logger.error).mock.calls
  expect(about).toMatchObject({ consumer: 'notes-on-note', messageId: 'message-0', error: { message: 'mail to a***@e*** bounced' } })
})
