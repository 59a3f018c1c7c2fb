import { describe, expect, test } from '@jest/globals'
import { catalogue, rings } from '../functions/catalogue.ts'
import { MAX_RESOURCES } from './product.ts'
import { synthesizeProduct } from './test-product.ts'

const product = synthesizeProduct({ stage: 'prod' })
const routes = product.ofType('AWS::ApiGatewayV2::Route')
const stackOf = (ring: string) => `tessera-prod-api-${ring}`
const isIn = (ring: string) => (resource: { stack: string }) => resource.stack === stackOf(ring)

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
    ).toEqual(endpoints.map(({ rule }) => rule.route).toSorted())
  })
  test('has room for more endpoints', () => {
    const resources = product.resources.filter(isIn(ring)).length
    expect(resources + (ROOM * resources) / endpoints.length).toBeLessThan(MAX_RESOURCES)
  })
  test('learns API and authorizer from parameters, and waits for the stack that writes them', () => {
    for (const { Properties } of routes.filter(isIn(ring))) {
      expect(Properties.ApiId).toEqual({ Ref: expect.stringContaining('apiid') })
      if (Properties.AuthorizationType === 'JWT') expect(Properties.AuthorizerId).toEqual({ Ref: expect.stringContaining('authorizerid') })
    }
    expect(product.stacks.find(({ name }) => name === stackOf(ring))?.waitsFor).toContain('tessera-prod-api')
  })
})

test('every endpoint has exactly one route over all rings, and the API takes them all', () => {
  const keys = routes.map(({ Properties }) => String(Properties.RouteKey))
  expect(keys.toSorted()).toEqual(['$default', ...catalogue.map(({ contract }) => contract.route)].toSorted())
  expect(new Set(keys).size).toBe(keys.length)
  expect(keys.length).toBeLessThanOrEqual(MAX_ROUTES)
})

test('a ring nobody needs has no stack, for CloudFormation takes none that is empty', () => {
  const parts = { ...product.parts, endpoints: product.parts.endpoints.filter(({ ring }) => ring === 'identity') }
  const names = synthesizeProduct({ stage: 'prod' }, parts).stacks.map(({ name }) => name)
  expect(names).toContain(stackOf('identity'))
  expect(names).not.toContain(stackOf('organization'))
})
