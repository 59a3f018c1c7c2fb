import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { catalogue, reactions } from '../functions/catalogue.ts'
import { kebab } from '../shared/endpoint.ts'
import { type DomainEvent, fromRecord } from '../shared/event.ts'
import { hears, nameOf } from '../shared/react.ts'
import type { Watch } from '../test/workbench/watched.ts'
import { type Bench, openWorkbench, type Person, type RequestOptions } from '../test/workbench.ts'
import { cascades, type Share } from './million.ts'

/** What a call sets off on real parts, with all that reacts to it and to what that sets off, held against `cascades.json`. */

const counted = { rru: 0, wru: 0 }
let written: DomainEvent[] = []

/** As it is on the wire; a record of an event has texts, numbers and bytes. */
type Image = Record<string, { S?: string; N?: string; B?: string }>
const plain = (image: Image) =>
  Object.fromEntries(
    Object.entries(image).map(([name, { S, N, B = '' }]) => [name, S ?? (N === undefined ? Buffer.from(B, 'base64') : Number(N))]),
  )

const watchTable: Watch = ({ operation, input }, { status, body }) => {
  const { ConsumedCapacity = [] } = JSON.parse(String(body)) as {
    ConsumedCapacity?: { CapacityUnits: number } | { CapacityUnits: number }[]
  }
  const kind = /Get|Query/.test(operation) ? 'rru' : 'wru'
  for (const { CapacityUnits } of [ConsumedCapacity].flat()) counted[kind] += CapacityUnits
  const parts = (input.TransactItems ?? []) as { Put?: { Item: Image } }[]
  const puts = operation === 'PutItem' ? [input.Item as Image] : parts.flatMap(({ Put }) => (Put ? [Put.Item] : []))
  // Signals go the way of events, and so does what they set off.
  if (status === 200) written.push(...puts.filter(({ feed }) => feed?.S === 'event').map((item) => fromRecord(plain(item))))
}

const DIGITS = 12

let bench: Bench
let ada: Person
let bob: Person
const logged: string[] = []
beforeAll(async () => {
  bench = await openWorkbench({ watchTable })
  process.env.TESSERA_LOG_LEVEL = 'INFO'
  process.env._X_AMZN_TRACE_ID = `Root=1-${'0'.repeat(8)}-${'0'.repeat(24)};Parent=x;Sampled=0`
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0)
  ada = await bench.founder()
  bob = await bench.member(ada)
})
afterAll(async () => {
  jest.restoreAllMocks()
  await bench.close()
})

/** Runs it, and tells what it took of the table and wrote to the log. */
async function measured(run: () => Promise<unknown>): Promise<Omit<Share, 'times'>> {
  const before = { ...counted }
  logged.length = 0
  await run()
  return { rru: counted.rru - before.rru, wru: counted.wru - before.wru, logBytes: Buffer.byteLength(logged.join('')) }
}

async function cascadeOf(first: DomainEvent[]) {
  const sets: Record<string, Share> = {}
  let events = 0
  for (let wave = first; wave.length > 0; ) {
    written = []
    events += wave.length
    for (const event of wave) {
      for (const { rule, file } of reactions.filter((each) => hears(each.rule, event))) {
        const { handler } = (await import(join('..', file))) as { handler: (event: never) => Promise<unknown> }
        const took = await measured(async () => expect(await bench.react(handler, event)).toEqual([]))
        const { times = 0, rru = 0, wru = 0, logBytes = 0 } = sets[nameOf(rule)] ?? {}
        sets[nameOf(rule)] = { times: times + 1, rru: rru + took.rru, wru: wru + took.wru, logBytes: logBytes + took.logBytes }
      }
    }
    wave = written
  }
  return { events, reactions: sets }
}

let number = 0
const calls: Record<string, () => RequestOptions> = {
  getUser: () => ({ params: { id: bob.userId } }),
  listUsers: () => ({}),
  createUser: () => ({ body: { email: `new-${++number}@example.com`, firstName: 'Grace', lastName: 'Hopper' } }),
  updateUser: () => ({ params: { id: bob.userId }, body: { department: `Costs ${++number}` } }),
}

test('what is told of a million calls is told of these', () => {
  expect(Object.keys(cascades)).toEqual(Object.keys(calls))
})

test.each(Object.keys(calls))('%s sets off what cascades.json says', async (name) => {
  const { file, context, contract } = catalogue.find((each) => each.name === name) ?? {}
  if (!file || !context || !contract) throw new Error(`There is no endpoint ${name}.`)
  const { handler } = (await import(join('..', file))) as { handler: Parameters<Bench['request']>[0] }
  const call = async () => {
    written = []
    const took = await measured(async () =>
      expect((await bench.request(handler, contract, { as: ada, ...calls[name]?.() })).status).toBe(contract.status ?? 200),
    )
    // Here every function is called `tessera`.
    const logBytes = took.logBytes - 'tessera'.length + `${kebab(context)}-${kebab(name)}`.length
    return { logBytes, ...(await cascadeOf(written)) }
  }
  await call()
  const found = await call()
  // Durations have more digits or fewer.
  const isAsStated = Math.abs((cascades[name]?.logBytes ?? 0) - found.logBytes) <= DIGITS
  expect(found).toEqual({ ...cascades[name], ...(isAsStated ? { logBytes: found.logBytes } : {}) })
})
