import { describe, expect, test } from '@jest/globals'
import { catalogue, rings } from '../functions/catalogue.ts'
import { pathOf, type Route } from '../shared/endpoint.ts'
import { pathRules, type Reached, ringAt } from './paths.ts'
import { synthesizeProduct } from './test-product.ts'

const given = (routes: Record<string, string>): Reached[] =>
  Object.entries(routes).map(([route, ring]) => ({ ring, rule: { route: route as Route } }))

describe('a path leads to the ring whose contexts have it', () => {
  const endpoints = given({
    'GET /api/v1/users': 'a',
    'POST /api/v1/users': 'a',
    'GET /api/v1/users/{id}': 'a',
    'GET /api/v1/users/{id}/shifts': 'b',
    'GET /api/v1/user-groups/{id}': 'c',
    'GET /docs': 'a',
  })
  const rules = pathRules(endpoints)
  test.each([
    ['/api/v1/users', 'a'],
    ['/api/v1/users/usr_1', 'a'],
    ['/api/v1/users/usr_1/shifts', 'b'],
    ['/api/v1/user-groups/grp_1', 'c'],
    ['/docs/oauth2-redirect.html', 'a'],
    ['/api/v1/nothing', undefined],
    ['/', undefined],
  ])('%s: %s', (path, ring) => expect(ringAt(rules, path)).toBe(ring))

  test('by as few rules as tell them apart', () => {
    expect(rules.map(({ pattern }) => pattern)).toEqual([
      '/api/v1/users/*/shifts*',
      '/api/v1/users/*',
      '/api/v1/user-groups*',
      '/api/v1/users',
      '/docs*',
    ])
  })
})

test('two rings with the same path are refused, for a path alone tells no methods apart', () => {
  expect(() => pathRules(given({ 'GET /api/v1/x': 'a', 'POST /api/v1/x': 'b' }))).toThrow('both have /api/v1/x')
})

test('a route that a star would send to another ring is refused', () => {
  const hidden = given({ 'GET /api/v1/x/{id}/sessions': 'a', 'GET /api/v1/x/{id}/y/{id}/sessions': 'b', 'GET /api/v1/x/{id}/y/{id}': 'a' })
  expect(() => pathRules(hidden)).not.toThrow()
  const deep = given({ 'GET /a/{id}/longer': 'a', 'GET /a/{id}/b/{id}/longer': 'b', 'GET /a/{id}/b': 'b' })
  expect(() => pathRules(deep)).toThrow('would be sent to a')
})

describe('the distribution', () => {
  const product = synthesizeProduct({ stage: 'prod' })
  const [distribution, ...more] = product.ofType('AWS::CloudFront::Distribution')
  const { CacheBehaviors, DefaultCacheBehavior, Origins } = distribution?.Properties.DistributionConfig as {
    CacheBehaviors: { PathPattern: string; TargetOriginId: string; AllowedMethods: string[]; CachePolicyId: string }[]
    DefaultCacheBehavior: { TargetOriginId: string }
    Origins: { Id: string; OriginCustomHeaders: { HeaderName: string; HeaderValue: unknown }[] }[]
  }

  test('is one, and leads every route of the catalogue to the API of its ring, and nothing else there', () => {
    expect(more).toEqual([])
    const rules = CacheBehaviors.map(({ PathPattern, TargetOriginId }) => ({ pattern: PathPattern, ring: TargetOriginId }))
    for (const { ring, contract } of catalogue) expect(ringAt(rules, pathOf(contract).replace(/\{\w+\}/g, 'x'))).toBe(ring)
    expect(DefaultCacheBehavior.TargetOriginId).toBe('any-other')
    expect(Origins.map(({ Id }) => Id).toSorted()).toEqual(['any-other', ...rings].toSorted())
  })
  test('takes every method, and keeps no answer', () => {
    for (const { AllowedMethods, CachePolicyId } of CacheBehaviors) {
      expect(AllowedMethods).toEqual(expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']))
      // AWS's managed policy CachingDisabled.
      expect(CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad')
    }
  })
  test('shows every API, by a secret that only the functions know as well, that a request came through it', () => {
    for (const { OriginCustomHeaders } of Origins) {
      expect(OriginCustomHeaders).toMatchObject([{ HeaderName: 'x-tessera-origin' }])
      expect(JSON.stringify(OriginCustomHeaders)).toMatch(/resolve:secretsmanager/)
    }
    const endpoint = product
      .ofType('AWS::Lambda::Function')
      .find(({ Properties }) => Properties.FunctionName === 'tessera-prod-users-get-user')
    expect(JSON.stringify(endpoint?.Properties.Environment)).toMatch(/TESSERA_ORIGIN_SECRET.*resolve:secretsmanager/)
  })
})
