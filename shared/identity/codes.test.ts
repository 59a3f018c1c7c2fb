import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { newMail, table } from '../../functions/identity/test-people.ts'
import { workbench } from '../../test/workbench.ts'
import { Problem } from '../errors.ts'
import { newId } from '../ids.ts'
import { registrationKey } from '../store/keys.ts'
import { put } from '../store/writes.ts'
import { mailHash } from '../tokens.ts'
import { codeFor, judgeCode, type StoredCode } from './codes.ts'

const bench = workbench()

const [RIGHT, WRONG] = ['123456', '654321']
const later = () => new Date(Date.now() + 60_000).toISOString()

async function stored(owner = newId('reg'), expiresAt = later()) {
  const key = registrationKey(owner)
  await bench.tenant(newId('org')).commit(put(key, { ...codeFor(RIGHT, owner), expiresAt }))
  return { key, owner }
}

type Stored = Awaited<ReturnType<typeof stored>>
type Judged = 'right' | 'wrong' | 'refused'

async function judge(about: Stored, mail: string, code: string, now = new Date().toISOString()): Promise<Judged> {
  try {
    return (await judgeCode<StoredCode>(table(), { ...about, code, countedFor: mail, now })) ? 'right' : 'wrong'
  } catch (error) {
    if (error instanceof Problem && error.code === 'TOO_MANY_CODES') return 'refused'
    throw error
  }
}

test('of any number of codes at once for one address, over any codes of it, ten wrong ones at most are judged', async () => {
  const tries = fc.array(fc.record({ of: fc.integer({ min: 0, max: 3 }), isRight: fc.boolean() }), { minLength: 15, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(tries, async (all) => {
      const mail = mailHash(newMail())
      const codes = await Promise.all(Array.from({ length: 4 }, () => stored()))
      const judged = await Promise.all(all.map((each) => judge(codes[each.of] as Stored, mail, each.isRight ? RIGHT : WRONG)))
      expect(judged.filter((each) => each === 'wrong').length).toBeLessThanOrEqual(10)
      expect(all.every(({ isRight }, n) => isRight || judged[n] !== 'right')).toBe(true)
    }),
    { numRuns: 12 },
  )
})

test('after ten wrong ones none is judged that day, right or not, and the next day some are again', async () => {
  const mail = mailHash(newMail())
  const codes = [await stored(), await stored()]
  for (const each of codes) for (let n = 0; n < 5; n++) expect(await judge(each, mail, WRONG)).toBe('wrong')
  const fresh = await stored(undefined, new Date(Date.now() + 3 * 86_400_000).toISOString())
  expect(await judge(fresh, mail, RIGHT)).toBe('refused')
  expect(await judge(fresh, mailHash(newMail()), RIGHT)).toBe('right')
  expect(await judge(fresh, mail, RIGHT, new Date(Date.now() + 86_400_000).toISOString())).toBe('right')
})

test('a right code takes nothing of the budget, nor of its own tries', async () => {
  const mail = mailHash(newMail())
  const one = await stored()
  for (let n = 0; n < 12; n++) expect(await judge(one, mail, RIGHT)).toBe('right')
})

test('a code is wrong for another owner, and none where there is none', async () => {
  const [mail, one] = [mailHash(newMail()), await stored()]
  expect(await judge({ ...one, owner: newId('reg') }, mail, RIGHT)).toBe('wrong')
  expect(await judge({ key: registrationKey(newId('reg')), owner: one.owner }, mail, RIGHT)).toBe('wrong')
})
