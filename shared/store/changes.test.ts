import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as z from 'zod'
import { eventType } from '../event.ts'
import { diff, type Folded, fold } from './changes.ts'
import { type Change, changed, created, type Versioned } from './entity.ts'

interface Sheet extends Versioned {
  title: string
  owner?: string
  marks?: unknown
}

const touched = eventType('sheet.touched', { summary: 'A sheet changed.', data: z.object({}) })
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()

// JSON has no minus zero.
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const patch = fc.record({ title: fc.string(), owner: fc.option(fc.string(), { nil: undefined }), marks: json }, { requiredKeys: [] })

const sheet = { id: 'sheet_1', organizationId: 'org_1', title: 'first' }

function chain(patches: Partial<Sheet>[]): Change<Sheet>[] {
  const states = [created<Sheet>(sheet, { event: touched, at: at(0) })]
  for (const [n, each] of patches.entries()) {
    const last = states.at(-1) as Change<Sheet>
    states.push(changed(last.after, each, { event: touched, at: at(n + 1) }))
  }
  return states
}

/** As stored and read again. */
const toFolded = ({ before, after }: Change<Sheet>): Folded =>
  JSON.parse(JSON.stringify({ version: after.version, timestamp: after.updatedAt, changes: diff(before, after) }))

test('folding the changes of any chain of states gives the last state', () => {
  fc.assert(
    fc.property(fc.array(patch, { maxLength: 12 }), (patches) => {
      const states = chain(patches)
      const last = JSON.parse(JSON.stringify(states.at(-1)?.after))
      expect(fold(states.map(toFolded))).toEqual(last)
    }),
  )
})

test('a missing, doubled or misplaced event is an error, never a wrong state', () => {
  const events = chain([{ title: 'a' }, { title: 'b' }, { title: 'c' }]).map(toFolded)
  const others = fc
    .shuffledSubarray(events, { minLength: 0 })
    .filter((some) => some.length > 0 && some.some(({ version }, n) => version !== n + 1))
  fc.assert(fc.property(others, (some) => expect(() => fold(some)).toThrow(/missing/)))
  expect(() => fold([...events.slice(0, 1), ...events.slice(0, 1)])).toThrow('Event 2 is missing: found 1.')
})

test('a creation lists every field as new, a removal only as old', () => {
  const [first, second] = chain([{ title: 'b', owner: undefined }])
  expect(diff(undefined, first?.after ?? {})).toEqual({
    id: { new: 'sheet_1' },
    organizationId: { new: 'org_1' },
    title: { new: 'first' },
    createdAt: { new: at(0) },
  })
  expect(diff({ ...first?.after, owner: 'usr_1' }, second?.after ?? {})).toEqual({
    title: { old: 'first', new: 'b' },
    owner: { old: 'usr_1' },
  })
})

test('values that are equal in structure have not changed', () => {
  expect(diff({ marks: { a: [1, { b: 2 }] } }, { marks: { a: [1, { b: 2 }] } })).toEqual({})
})
