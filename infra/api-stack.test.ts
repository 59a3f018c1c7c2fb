import { describe, expect, test } from '@jest/globals'
import { isPublic, pathOf } from '../shared/endpoint.ts'
import { partsOf } from './parts.ts'
import { synthesizeProduct, type TestResource } from './test-product.ts'
import { routeThrottles } from './throttle.ts'

const product = synthesizeProduct({ stage: 'prod' })
const routes = product.ofType('AWS::ApiGatewayV2::Route')
const integrations = product.ofType('AWS::ApiGatewayV2::Integration')
const permissions = product
  .ofType('AWS::Lambda::Permission')
  .filter(({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com')
const { endpoints } = product.parts

const getAtt = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })
const routesOf = (key: string) => routes.filter(({ Properties }) => Properties.RouteKey === key)
const only = (found: TestResource[]) => {
  expect(found).toHaveLength(1)
  return found[0] as TestResource
}
const functionOf = (name: string) =>
  only(product.ofType('AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName === `tessera-prod-${name}`))

describe('every contract of the catalogue', () => {
  test.each(endpoints.map((part) => [part.rule.route, part] as const))('%s has one route, which leads to its own function', (key, part) => {
    const { Target } = only(routesOf(key)).Properties as { Target: { 'Fn::Join': [string, [string, { Ref: string }]] } }
    const integration = only(integrations.filter(({ id }) => id === Target['Fn::Join'][1][1].Ref))
    const { id } = functionOf(part.name)
    expect(integration.Properties).toMatchObject({ PayloadFormatVersion: '2.0', IntegrationUri: getAtt(id), TimeoutInMillis: 29_000 })
    const permission = only(permissions.filter(({ Properties }) => JSON.stringify(Properties.FunctionName) === JSON.stringify(getAtt(id))))
    expect(JSON.stringify(permission.Properties.SourceArn)).toContain(pathOf(part.rule))
  })
  test.each(
    endpoints.map((part) => [part.rule.route, part] as const),
  )('%s asks for a token, unless the contract says why it does not', (key, { rule }) => {
    const { AuthorizationType, AuthorizerId } = only(routesOf(key)).Properties
    expect(AuthorizationType).toBe(isPublic(rule) ? 'NONE' : 'JWT')
    expect(AuthorizerId === undefined).toBe(isPublic(rule))
  })
})

test('beside the contracts each API has only the route that answers 404 and 405, and that reaches no data', () => {
  const apis = product.ofType('AWS::ApiGatewayV2::Api')
  expect(apis.length).toBeGreaterThan(2)
  expect(routes).toHaveLength(endpoints.length + apis.length)
  for (const { id, stack } of apis)
    expect(routesOf('$default').filter((route) => route.stack === stack)).toMatchObject([{ Properties: { ApiId: { Ref: id } } }])
  expect(() => product.role('system-any-other', 'DataRole')).toThrow()
})

test.each(
  product.ofType('AWS::ApiGatewayV2::Authorizer').map((each) => [each.stack, each] as const),
)('the authorizer of %s takes tokens of the own user pool, of those clients only whose tokens leave the server', (_, { Properties }) => {
  const { JwtConfiguration } = Properties as { JwtConfiguration: { Audience: unknown[]; Issuer: unknown } }
  expect(JwtConfiguration.Audience).toEqual([
    { Ref: expect.stringContaining('userpoolclientid') },
    { Ref: expect.stringContaining('hostedclientid') },
  ])
  expect(JSON.stringify(JwtConfiguration.Issuer)).toMatch(/https:\/\/cognito-idp\..*userpoolid/)
})

test.each(
  product.ofType('AWS::ApiGatewayV2::Stage').map((each) => [each.stack, each] as const),
)('the stage of %s comes after its routes, whose throttles it sets, logs each access, and lets only known origins in', (name, stage) => {
  const own = routes.filter(({ stack }) => stack === name)
  expect(own.map(({ id }) => id).filter((id) => !stage.DependsOn?.includes(id))).toEqual([])
  const known = new Set(own.map((route) => route.Properties.RouteKey))
  for (const key of Object.keys(stage.Properties.RouteSettings as object)) expect(known).toContain(key)
  expect(stage.Properties.AccessLogSettings).toMatchObject({ Format: expect.stringContaining('$context.requestId') })
  const [{ CorsConfiguration }] = product
    .ofType('AWS::ApiGatewayV2::Api')
    .filter(({ stack }) => stack === name)
    .map(({ Properties }) => Properties) as [Record<string, unknown>]
  expect(CorsConfiguration).toMatchObject({ AllowOrigins: ['https://app.example.com'] })
})

test('without origins no browser of another site is let in', () => {
  const { CorsConfiguration } = only(
    synthesizeProduct({ stage: 'prod', origins: [] }, partsOf([], [], [])).ofType('AWS::ApiGatewayV2::Api'),
  ).Properties
  expect(CorsConfiguration).toBeUndefined()
})

test('a route takes what its callers make together, and never more than the whole API', () => {
  const [part] = endpoints
  if (!part) throw new Error('The catalogue is empty')
  const of = (limitPerMinute?: number) => ({
    ...part,
    rule: { ...part.rule, route: 'POST /x' as const, ...(limitPerMinute ? { limitPerMinute } : {}) },
  })
  const throttle = { ratePerSecond: 100, burst: 50, callers: 60 }
  expect(routeThrottles([of(10)], throttle)).toEqual({ 'POST /x': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 50 } })
  expect(routeThrottles([of(6000)], throttle)).toEqual({ 'POST /x': { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 50 } })
  const { limitPerMinute: _, ...unlimited } = part.rule
  expect(routeThrottles([{ ...part, rule: unlimited as typeof part.rule }], throttle)).toEqual({})
})
