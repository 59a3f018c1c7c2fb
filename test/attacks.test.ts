import { describe, expect, jest, test } from '@jest/globals'
import { type Attack, attacks } from './attacks.ts'
import { workbench } from './workbench.ts'

const bench = workbench()

const actual = (file: string) => jest.requireActual<Record<string, unknown>>(`../${file}`)

/** Makes the attack on modules loaded anew, with the mutants, if there are to be any, in the place of the guards. */
async function attempt({ guard, run }: Attack, isGuarded: boolean): Promise<string | undefined> {
  jest.resetModules()
  const guards = isGuarded ? [] : [guard].flat()
  for (const { module, mutant } of guards) jest.doMock(`../${module}`, () => ({ ...actual(module), ...mutant(actual(module)) }))
  try {
    return await run({ bench, load: (file) => require(`../${file}`) })
  } finally {
    for (const { module } of guards) jest.dontMock(`../${module}`)
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
