import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { describeBus, publish } from './bus.ts'
import type { DomainEvent } from './event.ts'
import { newId } from './ids.ts'

interface Entry {
  Source: string
  DetailType: string
  Detail: string
  EventBusName: string
}

/** What EventBridge's endpoint is asked, and what it answers. */
let asked: Entry[][] = []
let reply: (entries: Entry[]) => { status: number; body: object }
let server: Server

const accept = (entries: Entry[]) => ({ status: 200, body: { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: 'x' })) } })

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const input = JSON.parse(Buffer.concat(chunks).toString()) as { Entries?: Entry[]; Name?: string }
      if (input.Entries) asked.push(input.Entries)
      const { status, body } = input.Entries ? reply(input.Entries) : { status: 200, body: { Name: input.Name } }
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
    })
  }).listen(0)
  await new Promise((resolve) => server.once('listening', resolve))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    TESSERA_EVENT_BUS: 'bus',
  })
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  asked = []
  reply = accept
})

const event = (data: Record<string, unknown> = {}): DomainEvent => ({
  id: newId('evt'),
  type: 'user.updated',
  version: 1,
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: 'usr_1',
  organizationId: 'org_1',
  timestamp: '2026-01-31T09:30:00.000Z',
  data,
  changes: {},
  metadata: { actorId: 'usr_1', actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's' },
})
const outgoing = (events: DomainEvent[]) => events.map((each) => ({ event: each, source: 'tessera.users' }))

test('an event arrives under its context and name, whole', async () => {
  const one = event({ how: 'invited' })
  expect(await publish(outgoing([one]))).toEqual([])
  expect(asked).toEqual([[expect.objectContaining({ Source: 'tessera.users', DetailType: 'user.updated', EventBusName: 'bus' })]])
  expect(JSON.parse(asked[0]?.[0]?.Detail ?? '')).toEqual(one)
})

test('nothing to publish asks nothing', async () => {
  expect(await publish([])).toEqual([])
  expect(asked).toEqual([])
})

test('a request takes at most ten entries', async () => {
  const events = Array.from({ length: 23 }, () => event())
  await publish(outgoing(events))
  expect(asked.map((entries) => entries.length).sort()).toEqual([10, 10, 3])
  const arrived = asked.flat().map(({ Detail }) => (JSON.parse(Detail) as DomainEvent).id)
  expect(arrived.sort()).toEqual(events.map(({ id }) => id).sort())
})

test('a request stays below one megabyte', async () => {
  await publish(outgoing(Array.from({ length: 7 }, () => event({ text: 'ü'.repeat(150_000) }))))
  expect(asked.map((entries) => entries.length).sort()).toEqual([1, 3, 3])
  for (const entries of asked) expect(entries.reduce((sum, { Detail }) => sum + Buffer.byteLength(Detail), 0)).toBeLessThan(1_000_000)
})

test('the entries that the bus refused are given back, those beside them are not', async () => {
  const events = [event(), event(), event()]
  reply = () => ({
    status: 200,
    body: { FailedEntryCount: 2, Entries: [{ EventId: 'x' }, { ErrorCode: 'InternalFailure' }, { ErrorCode: 'MalformedDetail' }] },
  })
  expect(await publish(outgoing(events))).toEqual([
    { event: events[1], source: 'tessera.users', code: 'InternalFailure', isHopeless: false },
    { event: events[2], source: 'tessera.users', code: 'MalformedDetail', isHopeless: true },
  ])
})

test('an entry that the answer does not mention has not arrived', async () => {
  reply = () => ({ status: 200, body: {} })
  expect(await publish(outgoing([event()]))).toMatchObject([{ code: 'NoResult', isHopeless: false }])
})

test('a refused request gives all its entries back, those of other requests arrive', async () => {
  const events = Array.from({ length: 12 }, () => event())
  reply = (entries) => (entries.length === 10 ? { status: 400, body: { __type: 'ValidationException', message: 'no' } } : accept(entries))
  const failed = await publish(outgoing(events))
  expect(failed.map((each) => each.event.id)).toEqual(events.slice(0, 10).map(({ id }) => id))
  expect(failed[0]).toMatchObject({ code: 'ValidationException', isHopeless: false })
})

test('an event larger than any request is never sent, and hopeless', async () => {
  const large = event({ text: 'x'.repeat(1_100_000) })
  expect(await publish(outgoing([large, event()]))).toEqual([{ event: large, source: 'tessera.users', code: 'TooLarge', isHopeless: true }])
  expect(asked.map((entries) => entries.length)).toEqual([1])
})

test('the bus can be asked whether it is there', async () => {
  expect(await describeBus()).toMatchObject({ Name: 'bus' })
})
