import { beforeAll, describe, expect, test } from '@jest/globals'
import { eventually, founder, freshMail, refusal, type Someone } from './journey.ts'

const NAMES = ['Ada Lovelace', 'Grace Hopper', 'Joan Clarke', 'Zoë Müller', 'Anne-Marie Imafidon', 'Grace Murray', 'Karen Jones'] as const
let ada: Someone
let eve: Someone

beforeAll(async () => {
  ada = await founder()
  eve = await founder()
  const invited = NAMES.slice(1).map((name) => {
    const [firstName = '', lastName = ''] = name.split(' ')
    return { firstName, lastName, email: freshMail(lastName.normalize('NFKD').replace(/\P{ASCII}/gu, '')) }
  })
  await Promise.all(invited.map((body) => ada.api.createUser({ body })))
  await eve.api.createUser({ body: { email: freshMail(), firstName: 'Mallory', lastName: 'Craig' } })
  await eventually(
    async () => (await ada.api.listUsers({ query: { q: 'karen' } })).data.items.length,
    (found) => found === 1,
  )
})

async function walk(person: Someone, query: Parameters<Someone['api']['listUsers']>[0] = {}) {
  const names: string[] = []
  let cursor: string | undefined
  do {
    const { data } = await person.api.listUsers({ query: { ...query.query, ...(cursor ? { cursor } : {}) } })
    expect(data.items.length).toBeLessThanOrEqual(query.query?.limit ?? 20)
    names.push(...data.items.map(({ name }) => name))
    cursor = data.nextCursor ?? undefined
  } while (cursor)
  return names
}

describe('pages', () => {
  test.each([1, 2, 3, 100])('of %d visit everybody once, and nobody else', async (limit) => {
    expect((await walk(ada, { query: { limit } })).sort()).toEqual([...NAMES].sort())
  })

  test('answer in the same order, oldest first', async () => {
    const all = await ada.api.listUsers()
    expect(all.data.items.map(({ id }) => id)).toEqual(all.data.items.map(({ id }) => id).sort())
    expect(all.data.items[0]?.id).toBe(ada.userId)
  })

  test('may be filtered, and never show what was filtered away', async () => {
    expect(await walk(ada, { query: { status: 'active', limit: 2 } })).toEqual(['Ada Lovelace'])
    expect(await walk(ada, { query: { status: 'invited', limit: 2 } })).toHaveLength(6)
  })

  test.each([{ limit: 0 }, { limit: 101 }, { limit: 1.5 }])('refuse a limit of $limit', async (query) => {
    expect((await refusal(ada.api.listUsers({ query }))).code).toBe('VALIDATION_ERROR')
  })
})

describe('a cursor', () => {
  const refused = async (call: Parameters<typeof refusal>[0]) => {
    const { status, code } = await refusal(call)
    expect([status, code]).toEqual([400, 'INVALID_CURSOR'])
  }
  const first = async (query = {}) => (await ada.api.listUsers({ query: { limit: 2, ...query } })).data.nextCursor ?? ''

  test('that was tampered with or made up opens nothing', async () => {
    const cursor = await first()
    const middle = Math.floor(cursor.length / 2)
    const other = cursor[middle] === 'A' ? 'B' : 'A'
    const position = Buffer.from(JSON.stringify(['zzz', 'TENANT#x', 'ITEM'])).toString('base64url')
    const altered = [`${cursor}A`, cursor.slice(0, -2), cursor.slice(4), `${cursor.slice(0, middle)}${other}${cursor.slice(middle + 1)}`]
    for (const forged of [...altered, position, 'x', '..', cursor.toLowerCase()])
      await refused(ada.api.listUsers({ query: { limit: 2, cursor: forged } }))
  })

  test("of one organization opens nothing in another's", async () => {
    await refused(eve.api.listUsers({ query: { limit: 2, cursor: await first() } }))
  })

  test('of one query or endpoint opens nothing in another', async () => {
    const cursor = await first()
    await refused(ada.api.listUsers({ query: { limit: 2, cursor, status: 'invited' } }))
    await refused(ada.api.listInvitations({ query: { limit: 2, cursor } }))
    await refused(ada.api.listAuditLogs({ query: { limit: 2, cursor } }))
  })

  test('goes on with another page size', async () => {
    const { data } = await ada.api.listUsers({ query: { limit: 100, cursor: await first() } })
    expect(data.items).toHaveLength(NAMES.length - 2)
    expect(data.nextCursor).toBeNull()
  })
})

describe('a search', () => {
  test.each([
    ['gra', ['Grace Hopper', 'Grace Murray']],
    ['grace hop', ['Grace Hopper']],
    ['hopper grace', ['Grace Hopper']],
    ['ZOE', ['Zoë Müller']],
    ['marie', ['Anne-Marie Imafidon']],
    ['clarke.', ['Joan Clarke']],
    ['race', []],
    ['mallory', []],
  ])('for %s finds %j', async (q, names) => {
    expect((await walk(ada, { query: { q, limit: 1 } })).sort()).toEqual(names)
  })

  test('follows a change of name', async () => {
    const karen = (await ada.api.listUsers({ query: { q: 'karen' } })).data.items[0]
    await ada.api.updateUser({ params: { id: karen?.id ?? '' }, body: { firstName: 'Spärck' } })
    await eventually(
      async () => [await walk(ada, { query: { q: 'sparck' } }), await walk(ada, { query: { q: 'karen' } })],
      ([now, before]) => now?.join() === 'Spärck Jones' && before?.length === 0,
    )
    await ada.api.updateUser({ params: { id: karen?.id ?? '' }, body: { firstName: 'Karen' } })
  })
})
