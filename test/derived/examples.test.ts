import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type * as z from 'zod'
import { catalogue, idPrefixes, requestExamples, resourceExamples } from '../../functions/catalogue.ts'
import { newId } from '../../shared/ids.ts'
import { makerOf, resourceFor } from './checks.ts'

/** An id of each resource that examples make, as it looks. */
const looks = Object.fromEntries([...resourceExamples.keys()].map((kind) => [kind, idPrefixes.has(kind) ? newId(kind) : randomUUID()]))

describe.each(catalogue.filter(({ contract }) => contract.body))('$name', ({ name, contract }) => {
  test('has an example of a request, which it takes', () => {
    const example = requestExamples.get(name)
    if (!example) throw new Error(`${name} has no example: state one in the examples of its context.`)
    expect(contract.body?.safeParse(example.body)).toMatchObject({ success: true })
  })
})

describe.each(catalogue.filter(({ contract }) => contract.params && !('public' in contract)))('$name', ({ name, contract }) => {
  test('names only resources that an example makes', () => {
    for (const [param, schema] of Object.entries(contract.params?.shape ?? {}))
      resourceFor(`{${param}} of ${name}`, schema as z.ZodType, looks)
  })
})

test('every example is of an endpoint that there is, and every resource is made or listed by one', () => {
  const names = new Set(catalogue.map(({ name }) => name))
  const makers = [...resourceExamples.values()].map(makerOf)
  expect([...requestExamples.keys(), ...makers].filter((name) => !names.has(name))).toEqual([])
})
