import { beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { relist } from '../../shared/resource/lists.ts'
import { diff, fold } from '../../shared/store/changes.ts'
import { save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import * as contracts from './contract.ts'
import { handler as create } from './create-user.ts'
import { FreeForm } from './free-form.ts'
import { handler as get } from './get-user.ts'
import { handler as history } from './list-user-history.ts'
import { handler as list } from './list-users.ts'
import { handler as update } from './update-user.ts'
import type { User } from './user.ts'
import { detailsOf, edit } from './user-details.ts'
import { users } from './user-store.ts'

const bench = workbench()
let admin: Person
let member: Person
beforeAll(async () => {
  admin = await bench.founder()
  member = await bench.member(admin)
})

const as = () => ({ as: admin })
const names = { firstName: 'Ada', lastName: 'Lovelace' }

/** Names that mean something to JavaScript, to the marshaller, to DynamoDB or to the store itself. */
const awkward = [
  ...['constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '__lookupSetter__', 'then', 'toJSON'],
  ...['name', 'length', 'size', 'get', 'set', 'type', 'value', 'wrappedNumberValue', 'buffer', 'byteLength', 'S', 'N', 'B', 'M', 'L', 'SS'],
  ...[
    'NULL',
    'json:x',
    'json:',
    'pk',
    'sk',
    'ttl',
    'feed',
    'g1pk',
    'packed',
    ' ',
    '\u200b',
    '.',
    '#',
    ':',
    '0',
    '-1',
    '1e3',
    '漢',
    '👩‍🚀',
    'é',
    'é',
  ],
]
const classes = ['Buffer', 'Object', 'Map', 'Set', 'Uint8Array', 'NumberValue', 'BigInt', 'Date', 'String', 'File', 'Symbol']
const hostile: Record<string, unknown> = { constructor: { name: 'Buffer' } }
const odd: [Record<string, unknown>, Record<string, unknown>] = [
  { 'json:x': '{', S: 'x' },
  { toJSON: 1, valueOf: 'x' },
]

const key = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...awkward) }, fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }))
const { tree } = fc.letrec((tie) => ({
  leaf: fc.oneof(fc.constantFrom(...classes), fc.jsonValue({ maxDepth: 0 })),
  map: fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('tree'), { maxLength: 3 }),
    tie('map'),
    fc.constant(hostile),
  ),
}))
const freeForm = fc
  .dictionary(key, tree, { maxKeys: 5, noNullPrototype: true })
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>)
  .filter((value) => FreeForm.safeParse(value).success && !JSON.stringify(value).includes('"__proto__"'))

const read = async (of: Person) => (await bench.request(get, contracts.getUser, { ...as(), params: { id: of.userId } })).body.data
const listed = async (query: Record<string, string>, id: string) => {
  const { status, body } = await bench.request(list, contracts.listUsers, { ...as(), query })
  expect(status).toBe(200)
  return (body.data as { id: string }[]).find((each) => each.id === id)
}

test('free-form data comes back as it was sent, whatever its keys are called: read, listed, searched, by role and in the history', async () => {
  const params = { id: member.userId }
  const tenant = bench.tenant(admin.organizationId)
  await fc.assert(
    fc.asyncProperty(freeForm, freeForm, async (preferences, metadata) => {
      const before = (await tenant.get(users, member.userId)) as User
      const change = edit(before, { ...detailsOf(before), preferences, metadata }, new Date().toISOString())
      if (change) await tenant.commit(save(users, change))
      await relist(tenant, users, member.userId)
      for (const shown of [
        await read(member),
        await listed({}, member.userId),
        await listed({ q: 'love' }, member.userId),
        await listed({ roleId: 'rol_basic_user' }, member.userId),
      ]) {
        expect(shown).toMatchObject({ id: member.userId })
        expect([shown.preferences, shown.metadata]).toEqual([preferences, metadata])
      }
      const told = await bench.request(history, contracts.listUserHistory, { ...as(), params, query: { limit: '1' } })
      expect(told.status).toBe(200)
      if (change) expect(told.body.data[0].changes).toEqual(JSON.parse(JSON.stringify(diff(before, change.after))))
      expect(fold<User>(await tenant.events(users, member.userId))).toEqual(await tenant.get(users, member.userId))
    }),
    {
      numRuns: 40,
      examples: [[hostile, { deep: [hostile, { constructor: null }] }], odd],
    },
  )
  expect(({} as Record<string, unknown>).name).toBeUndefined()
})

test('a merge patch meets awkward keys as it meets any other', async () => {
  const params = { id: member.userId }
  const set = { metadata: { constructor: { name: 'Buffer', toString: 1 }, hasOwnProperty: 'x' } }
  await bench.request(update, contracts.updateUser, { ...as(), params, body: { metadata: null } })
  await bench.request(update, contracts.updateUser, { ...as(), params, body: set })
  const { body } = await bench.request(update, contracts.updateUser, {
    ...as(),
    params,
    body: { metadata: { constructor: { name: null }, toString: { a: 1 } } },
  })
  expect(body.data.metadata).toEqual({ constructor: { toString: 1 }, hasOwnProperty: 'x', toString: { a: 1 } })
})

test('whoever is invited with data that looks like a buffer leaves every list of the organization readable', async () => {
  const body = { ...names, email: 'buffer@example.com', metadata: hostile, preferences: { list: [hostile] } }
  const { status, body: made } = await bench.request(create, contracts.createUser, { ...as(), body })
  expect([status, made.data]).toMatchObject([201, { metadata: hostile }])
  await relist(bench.tenant(admin.organizationId), users, made.data.id)
  expect(await listed({}, made.data.id)).toMatchObject({ metadata: hostile })
  expect(await listed({ q: 'buffer' }, made.data.id)).toMatchObject({ preferences: { list: [hostile] } })
})
