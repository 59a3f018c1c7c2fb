import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { type Attack, attacks } from './attacks.ts'
import { type Bench, openWorkbench } from './workbench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
afterAll(() => bench.close())

const actual = (file: string) => jest.requireActual<Record<string, unknown>>(`../${file}`)

/** Makes the attack on modules loaded anew, with the mutant, if there is to be one, in the place of the guard. */
async function attempt({ guard, run }: Attack, isGuarded: boolean): Promise<string | undefined> {
  jest.resetModules()
  const path = `../${guard.module}`
  if (!isGuarded) jest.doMock(path, () => ({ ...actual(guard.module), ...guard.mutant(actual(guard.module)) }))
  try {
    return await run({ bench, load: (file) => require(`../${file}`) })
  } finally {
    jest.dontMock(path)
  }
}

describe.each(attacks)('$name:', (attack) => {
  test('is refused', async () => {
    expect(await attempt(attack, true)).toBeUndefined()
  })
  test('and gets through where its guard is gone, so this test can fail', async () => {
    expect(await attempt(attack, false)).toBeDefined()
  })
})
