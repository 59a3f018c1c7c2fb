import { describe, expect, test } from '@jest/globals'
import { catalogue, rings } from '../functions/catalogue.ts'
import { MAX_RESOURCES } from './limits.ts'
import { synthesizeProduct } from './test-product.ts'

const product = synthesizeProduct({ stage: 'prod' })
const routes = product.ofType('AWS::ApiGatewayV2::Route')
const stackOf = (ring: string) => `tessera-prod-api-${ring}`
const isIn = (ring: string) => (resource: { stack: string }) => resource.stack === stackOf(ring)

/** The names of a stack's functions. */
const functionsIn = (stack: string) =>
  product
    .ofType('AWS::Lambda::Function')
    .filter((made) => made.stack === stack)
    .map(({ Properties }) => String(Properties.FunctionName))
    .toSorted()
/** Neither of the bus nor of the user pool. */
const isOfContext = ({ file, rule }: { file: string; rule: object }) =>
  !file.startsWith('events/') && !('startedBy' in rule && 'cognito' in (rule.startedBy as object))
const ringsThatReact = rings.filter((ring) => product.parts.reactions.some((part) => part.ring === ring))

/** So many endpoints can be written before a ring has to be thought of again. */
const ROOM = 10
/** Of an HTTP API, routes and integrations alike. */
const MAX_ROUTES = 300

describe.each(rings)('the ring %s', (ring) => {
  const endpoints = product.parts.endpoints.filter((part) => part.ring === ring)

  test('has a stack with the routes of its contexts, and no other', () => {
    expect(endpoints.length).toBeGreaterThan(0)
    expect(
      routes
        .filter(isIn(ring))
        .map(({ Properties }) => Properties.RouteKey)
        .toSorted(),
    ).toEqual(['$default', ...endpoints.map(({ rule }) => rule.route)].toSorted())
  })
  test('has room for more endpoints', () => {
    const resources = product.resources.filter(isIn(ring)).length
    expect(resources + (ROOM * resources) / endpoints.length).toBeLessThan(MAX_RESOURCES)
  })
  test('has an API of its own, with its own authorizer, that takes all of its routes', () => {
    const [api, ...more] = product.ofType('AWS::ApiGatewayV2::Api').filter(isIn(ring))
    expect(more).toEqual([])
    for (const { Properties } of routes.filter(isIn(ring))) expect(Properties.ApiId).toEqual({ Ref: api?.id })
    expect(routes.filter(isIn(ring)).length).toBeLessThanOrEqual(MAX_ROUTES)
  })
})

describe.each(ringsThatReact)('the ring %s', (ring) => {
  test('has a stack with the reactions and the tasks of its contexts, and no other', () => {
    const own = [...product.parts.reactions, ...product.parts.tasks].filter((part) => part.ring === ring && isOfContext(part))
    expect(functionsIn(`tessera-prod-reactions-${ring}`)).toEqual(own.map(({ name }) => `tessera-prod-${name}`).toSorted())
  })
})

test('the stack of the bus holds the relay, the reconciler and the sweep, and no reaction of a context', () => {
  expect(functionsIn('tessera-prod-events')).toEqual(['tessera-prod-due', 'tessera-prod-reconcile', 'tessera-prod-relay'])
})

/** Which stack writes each parameter, and which parameters each stack reads. */
const written = new Map(product.ofType('AWS::SSM::Parameter').map(({ stack, Properties }) => [String(Properties.Name), stack]))

test('no stack waits for one whose parameters it does not read, and each waits for all whose it does', () => {
  for (const { name, waitsFor, reads } of product.stacks) {
    const tellers = new Set(reads.map((parameter) => written.get(parameter)))
    expect([name, waitsFor.toSorted()]).toEqual([name, [...tellers].toSorted()])
  }
  expect(product.stacks.find(({ name }) => name === stackOf('identity'))?.waitsFor).not.toContain(stackOf('organization'))
})

test('every endpoint has exactly one route over all rings', () => {
  const keys = routes.map(({ Properties }) => String(Properties.RouteKey)).filter((key) => key !== '$default')
  expect(keys.toSorted()).toEqual(catalogue.map(({ contract }) => contract.route).toSorted())
})

test('a ring nobody needs has no stack, for CloudFormation takes none that is empty', () => {
  const parts = { ...product.parts, endpoints: product.parts.endpoints.filter(({ ring }) => ring === 'identity') }
  const names = synthesizeProduct({ stage: 'prod' }, parts).stacks.map(({ name }) => name)
  expect(names).toContain(stackOf('identity'))
  expect(names).not.toContain(stackOf('organization'))
})
