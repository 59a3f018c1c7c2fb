import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import type { Placed } from '../shared/context.ts'
import type { Named, Route } from '../shared/endpoint.ts'
import { eventType } from '../shared/event.ts'
import type { Reaction } from '../shared/react.ts'
import { KERNEL, type Keeping } from '../shared/store/grants.ts'
import { exceeded, type SizedStack, tableOf, usesOf } from './limits.ts'
import { partsOf } from './parts.ts'
import { synthesizeProduct } from './test-product.ts'

/** The product as large as it is meant to become, made of contexts that resemble those there are. */

const ENDPOINTS = 400
const REACTIONS = 120
const RINGS = 8
const CONTEXTS = 40

const contextOf = (n: number) => `made${String(n % CONTEXTS).padStart(2, '0')}`
const ringOf = (n: number) => `ring${(n % CONTEXTS) % RINGS}`
const entityOf = (n: number) => contextOf(n).toUpperCase()
const keeping: Keeping = {
  ...KERNEL,
  USER: { lists: ['USERS'], guards: ['EMAIL'], tallies: ['ADMINISTRATORS'] },
  ORGANIZATION: {},
  BUDGET: {},
  ...Object.fromEntries(
    Array.from({ length: CONTEXTS }, (_, n) => [entityOf(n), { lists: [`${entityOf(n)}S`], guards: [`${entityOf(n)}_NAME`] }]),
  ),
}

/** Of each context ten: list, get, create, change, delete, and five acts, two of which nobody else needs. */
function contract(n: number): Named['contract'] {
  const [entity, path, act] = [entityOf(n), `/api/v1/${contextOf(n)}`, Math.floor(n / CONTEXTS)]
  const common = { summary: `Made for the test, ${n}.`, permission: `${contextOf(n)}:act` }
  const route = ([`GET ${path}`, `GET ${path}/{id}`, `POST ${path}`, `PATCH ${path}/{id}`, `DELETE ${path}/{id}`] as Route[])[act]
  const needs = act < 2 ? { reads: [entity] } : { reads: ['USER'], writes: [entity] }
  if (route) return { ...common, route, ...needs }
  const special =
    act === 8 ? { lookupReads: ['LOGIN' as const] } : act === 9 ? { writes: [entity, 'SIGNALS'], lookups: ['MARKER' as const] } : {}
  return { ...common, route: `POST ${path}/{id}/act-${act}` as Route, ...needs, ...special, limitPerMinute: 60 }
}

const catalogue = Array.from({ length: ENDPOINTS }, (_, n): Named => {
  const [name, context] = [`act${Math.floor(n / CONTEXTS)}`, contextOf(n)]
  return { name: `${name}${context}`, context, ring: ringOf(n), file: `functions/${context}/${name}.ts`, contract: contract(n) }
})
const happened = eventType('made.happened', { summary: 'Made for the test.', data: z.object({}) })
const reactions = Array.from({ length: REACTIONS }, (_, n): Placed<Reaction> => {
  const [context, kind] = [contextOf(n), Math.floor(n / CONTEXTS)]
  const needs = [
    { writes: [entityOf(n)] },
    { reads: [entityOf(n), 'USER'] },
    { reads: ['USER', 'ORGANIZATION'], writes: ['SIGNALS', 'BUDGET'] },
  ][kind]
  const rule = { name: `${context}/on-made-${kind}`, on: [happened], summary: 'Made for the test.', ...needs }
  return { name: `${context}-on-made-${kind}`, file: `functions/${rule.name}.ts`, context, ring: ringOf(n), rule }
})

const product = synthesizeProduct({ stage: 'prod' }, partsOf(catalogue, reactions, [], keeping))
const uses = usesOf(product.templates)

test(`${ENDPOINTS} endpoints and ${REACTIONS} reactions stay within what AWS takes`, () => {
  console.log(tableOf(uses))
  expect(product.parts.endpoints).toHaveLength(ENDPOINTS)
  expect(product.parts.reactions).toHaveLength(REACTIONS)
  expect(exceeded(uses)).toEqual([])
})

test('and every limit has something that counts towards it', () => {
  expect(uses.filter(({ most }) => most === 0).map(({ limit }) => limit)).toEqual([])
})

describe('what comes too near is named', () => {
  const one = (resources: [string, number, Record<string, unknown>?][]): SizedStack[] => {
    const Resources = resources.flatMap(([Type, count, Properties = {}]) =>
      Array.from({ length: count }, (_, n) => [`${Type}${n}`, { Type, Properties }] as const),
    )
    return [{ name: 'big', template: { Resources: Object.fromEntries(Resources) }, bytes: 1 }]
  }
  test.each<[string, SizedStack[], string, number]>([
    ['a stack with too many resources', one([['AWS::SQS::Queue', 501]]), 'resources of a stack', 501],
    [
      'an account with too many roles',
      [...one([['AWS::IAM::Role', 500]]), ...one([['AWS::IAM::Role', 400]]), ...one([['AWS::IAM::Role', 101]])],
      'roles of an account',
      1001,
    ],
    ['an API with too many routes', one([['AWS::ApiGatewayV2::Route', 301]]), 'routes of an API', 301],
    [
      'a role that may do too much',
      one([['AWS::IAM::Role', 1, { Policies: [{ PolicyDocument: 'x'.repeat(10_240) }] }]]),
      "characters of a role's inline policies",
      10_242,
    ],
    ['a template that is too long', [{ name: 'long', template: {}, bytes: 1_000_001 }], 'bytes of a template', 1_000_001],
  ])('%s', (_, stacks, limit, most) => {
    expect(exceeded(usesOf(stacks))).toMatchObject([{ limit, most }])
  })
})
