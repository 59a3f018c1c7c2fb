import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { workbench } from '../../test/workbench.ts'
import { acts, openWorld, PEOPLE, whoActs } from './test-possession.ts'

const bench = workbench()

const step = fc.record({
  act: fc.constantFrom(...Object.keys(acts)),
  who: fc.nat(PEOPLE - 1),
  a: fc.nat(11),
  b: fc.nat(11),
})

/** Most sequences of chance never let anybody in, so each begins with one that did. */
const beginning = fc.constantFrom(
  [],
  ['invite', 'accept', 'signIn'],
  ['register', 'proveByCode', 'signIn', 'invite', 'accept'],
  ['register', 'invite', 'accept', 'signIn', 'proveByCode'],
  ['invite', 'register', 'proveByLink', 'signIn', 'accept'],
)

let acted = 0

test('nobody ever acts in an organization that no administrator of it let in by an address they proved', async () => {
  await fc.assert(
    fc.asyncProperty(beginning, fc.array(step, { minLength: 6, maxLength: 24 }), async (first, steps) => {
      const world = await openWorld(bench)
      const all = [...first.map((act) => ({ act, who: 0, a: 0, b: 0 })), ...steps]
      for (const { act, who, a, b } of all) {
        await acts[act]?.(world, who, a, b)
        const intruders = (await whoActs(world)).filter(({ who: one, place }) => !world.letIn[place]?.has(one))
        expect(intruders).toEqual([])
      }
      acted += (await whoActs(world)).length
    }),
    { numRuns: 25 },
  )
  // In some of them somebody did act, or this would show nothing.
  expect(acted).toBeGreaterThan(0)
})
