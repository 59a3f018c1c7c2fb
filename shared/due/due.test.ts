import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { standingDue } from '../../test/workbench/due.ts'
import { workbench } from '../../test/workbench.ts'
import { newId } from '../ids.ts'
import { dueKey, duePartitions, itemKey } from '../store/keys.ts'
import { check } from '../store/writes.ts'
import { cancelDue, due, dueKind } from './due.ts'

const bench = workbench()

const noteDue = dueKind('note.due', { summary: 'A note is to be seen again.', data: z.object({ n: z.number() }) })
const AT = '2026-03-01T09:00:00.000Z'
const LATER = '2026-03-02T09:00:00.000Z'
const standing = async (organizationId: string) =>
  (await standingDue()).filter((item) => item.organizationId === organizationId).map(({ at, data }) => [at, JSON.parse(String(data)).n])

test('an item stands as soon as its transaction does, for the tenant of that alone, and nothing but the sweep takes it away', async () => {
  const id = newId('org')
  const failing = check(itemKey(id, 'NOTE', 'absent'), { expression: 'attribute_exists(pk)' }, 'CONFLICT')
  await expect(bench.tenant(id).commit([due(noteDue, { at: AT, ref: 'x', data: { n: 1 } }), failing])).rejects.toThrow()
  expect(await standing(id)).toEqual([])
  await bench.tenant(id).commit(due(noteDue, { at: AT, ref: 'x', data: { n: 1 } }))
  const [item] = (await standingDue()).filter(({ organizationId }) => organizationId === id)
  expect(item).toMatchObject({ ...dueKey(id, { kind: 'note.due', at: AT, ref: 'x' }), version: 1, correlationId: 'bench' })
  expect(item).not.toHaveProperty('ttl')
})

test('moved, it stands at its new moment alone; moved to where it is, it is replaced; cancelled, it is gone, however the moment is written', async () => {
  const [id, ref] = [newId('org'), 'x']
  const keep = (at: string, n: number, insteadOf?: string) => bench.tenant(id).commit(due(noteDue, { at, ref, data: { n }, insteadOf }))
  await keep(AT, 1)
  await keep('2026-03-02T10:00:00+01:00', 2, '2026-03-01T09:00:00Z')
  expect(await standing(id)).toEqual([[LATER, 2]])
  await keep(LATER, 3, LATER)
  expect(await standing(id)).toEqual([[LATER, 3]])
  await bench.tenant(newId('org')).commit(cancelDue(noteDue, { at: LATER, ref }))
  expect(await standing(id)).toHaveLength(1)
  await bench.tenant(id).commit(cancelDue(noteDue, { at: '2026-03-02T09:00:00Z', ref }))
  await bench.tenant(id).commit(cancelDue(noteDue, { at: LATER, ref }))
  expect(await standing(id)).toEqual([])
})

test('what could never be handed out is refused when it is kept: other data than the kind states, too much of it, no moment', async () => {
  const words = dueKind('note.due', { summary: 'x', data: z.object({ text: z.string() }) })
  const keep = (at: string, text: unknown) =>
    bench.tenant(newId('org')).commit(due(words, { at, ref: 'x', data: { text: text as string } }))
  await expect(keep(AT, 'x'.repeat(4_000))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
  await expect(keep(AT, 5)).rejects.toThrow(z.ZodError)
  await expect(keep('soon', 'x')).rejects.toThrow(RangeError)
})

test.each([
  ['many items of one tenant', () => ['org_1', newId('usr')]],
  ['the same item of many tenants', () => [newId('org'), 'daily-report']],
  ['what concerns its tenant, of many', () => Array(2).fill(newId('org'))],
] as [string, () => [tenant: string, ref: string]][])('%s are spread over all shards', (_, make) => {
  const shards = Array.from({ length: 1_000 }, make).map(([tenant, ref]) => dueKey(tenant, { kind: 'note.due', at: AT, ref }).pk)
  expect(new Set(shards)).toEqual(new Set(duePartitions))
})
