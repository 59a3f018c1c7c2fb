import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { readDeployment } from '../template/deployment.ts'
import { testPorts, writeAssembly } from '../template/test-assembly.ts'
import { FunctionError } from '../types.ts'
import { type Gateway, type GatewayOptions, startGateway } from './gateway.ts'

const opened: Gateway[] = []
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close()
})

const ref = (name: string) => ({ Ref: name })
const api = (changes: object = {}) => ({ Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP', ...changes } })
const stage = (changes: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Stage',
  Properties: { ApiId: ref('Api'), StageName: '$default', ...changes },
})
const integration = (changes: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: {
    IntegrationType: 'AWS_PROXY',
    PayloadFormatVersion: '2.0',
    IntegrationUri:
      'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:000000000000:function:f/invocations',
    ...changes,
  },
})
const route = (RouteKey: string, changes: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: { ApiId: ref('Api'), RouteKey, Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] }, ...changes },
})
const permission = (SourceArn?: object) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: 'f',
    Principal: 'apigateway.amazonaws.com',
    ...(SourceArn && { SourceArn }),
  },
})

const cors = {
  AllowOrigins: ['https://app.example'],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['x-a'],
  ExposeHeaders: ['etag'],
  MaxAge: 60,
  AllowCredentials: true,
}

async function start(resources: object, answer: (event: Record<string, unknown>) => unknown, more: Partial<GatewayOptions> = {}) {
  const Resources = { Api: api(), Stage: stage(), Integration: integration(), Permission: permission(), ...resources }
  const deployment = readDeployment(writeAssembly({ app: { Resources } }), { ports: testPorts })
  const said: string[] = []
  const log = (_: string, line: string) => said.push(line)
  const invoke = async (_: string, event: unknown) => answer(event as Record<string, unknown>)
  const gateway = await startGateway({ port: 0, deployment, invoke, log, ...more })
  opened.push(gateway)
  return { call: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${gateway.port}${path}`, init), said, port: gateway.port }
}

const anywhere = { Route: route('$default') }

describe('answers of a function', () => {
  const inferred: [answer: unknown, status: number, contentType: string | null, body: string][] = [
    [{ hello: 'you' }, 200, 'application/json', '{"hello":"you"}'],
    ['Hello', 200, 'application/json', 'Hello'],
    [null, 200, 'application/json', 'null'],
    [{ statusCode: 201, headers: { 'Content-Type': 'text/html' }, body: '<p>' }, 201, 'text/html', '<p>'],
    [{ statusCode: '202', body: 'x' }, 202, 'text/plain; charset=utf-8', 'x'],
    [{ statusCode: 200, body: 'w7ZsCg==', isBase64Encoded: true }, 200, 'text/plain; charset=utf-8', 'öl\n'],
    [{ statusCode: 204, headers: null }, 204, null, ''],
    [{ statusCode: 'x' }, 500, 'application/json', '{"message":"Internal Server Error"}'],
    [{ statusCode: 200, body: { a: 1 } }, 500, 'application/json', '{"message":"Internal Server Error"}'],
    [{ statusCode: 200, headers: ['a'] }, 500, 'application/json', '{"message":"Internal Server Error"}'],
    [{ statusCode: 200, cookies: 'a' }, 500, 'application/json', '{"message":"Internal Server Error"}'],
  ]
  test.each(inferred)('%j', async (answer, status, contentType, body) => {
    const response = await (await start(anywhere, () => answer)).call('/')
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([status, contentType, body])
  })

  test('each cookie becomes a header, other headers are passed on', async () => {
    const { call } = await start(anywhere, () => ({
      statusCode: 200,
      cookies: ['a=1', 'b=2'],
      headers: { ETag: '"1"', 'X-Count': 3, Connection: 'close' },
    }))
    const response = await call('/')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect([response.headers.get('etag'), response.headers.get('x-count')]).toEqual(['"1"', '3'])
    expect(response.headers.get('apigw-requestid')).toMatch(/^[\w-]{15}=$/)
  })

  test('HEAD has the headers and no body', async () => {
    const response = await (await start(anywhere, () => ({ statusCode: 200, body: 'four' }))).call('/', { method: 'HEAD' })
    expect([response.headers.get('content-length'), await response.text()]).toEqual(['4', ''])
  })

  test('an error of the function is a 500 without its text, which goes to the log', async () => {
    const { call, said } = await start({ Route: route('GET /a') }, () => Promise.reject(new FunctionError('Error', 'secret')))
    const response = await call('/a')
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }])
    expect(said).toEqual(['GET /a: secret'])
  })

  test('an event too large for Lambda is a 413', async () => {
    const { call } = await start(anywhere, () => Promise.reject(new FunctionError('RequestEntityTooLargeException', 'too large')))
    expect((await call('/')).status).toBe(413)
  })

  test('a function that takes too long is a 503', async () => {
    const { call } = await start({ ...anywhere, Integration: integration({ TimeoutInMillis: 50 }) }, () => new Promise(() => undefined))
    const response = await call('/')
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }])
  })
})

describe('requests', () => {
  test('the function sees route, path parameters and body', async () => {
    const { call } = await start({ Route: route('POST /users/{id}/lock') }, (event) => event)
    const response = await call('/users/a%20b/lock?why=x', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    })
    expect(await response.json()).toMatchObject({
      routeKey: 'POST /users/{id}/lock',
      pathParameters: { id: 'a b' },
      queryStringParameters: { why: 'x' },
      body: '{"a":1}',
      requestContext: { stage: '$default', accountId: '000000000000', http: { sourceIp: '127.0.0.1' } },
    })
  })

  test('no route is a 404, a broken path a 400', async () => {
    const { call } = await start({ Route: route('GET /a') }, () => 1)
    expect((await call('/b')).status).toBe(404)
    expect(await (await call('/b')).json()).toEqual({ message: 'Not Found' })
    expect((await call('/%zz')).status).toBe(400)
  })

  test('headers above 10,240 bytes are a 431, a body above 10 MB a 413, announced or not', async () => {
    const { call, port } = await start(anywhere, () => 1)
    expect((await call('/', { headers: { a: 'x'.repeat(10_000) } })).status).toBe(200)
    expect((await call('/', { headers: { a: 'x'.repeat(10_300) } })).status).toBe(431)
    expect(await post(port, 10 * 1024 * 1024 + 1, true)).toBe(413)
    expect(await post(port, 10 * 1024 * 1024 + 1, false)).toBe(413)
    expect(await post(port, 10 * 1024 * 1024, true)).toBe(200)
  })

  test('several APIs share the port; a named route goes before any $default', async () => {
    const second = {
      Other: api(),
      OtherStage: stage({ ApiId: ref('Other') }),
      OtherRoute: route('GET /other', { ApiId: ref('Other') }),
      Stage: stage(),
    }
    const { call } = await start({ ...anywhere, ...second }, ({ routeKey }) => ({ routeKey }))
    expect(await (await call('/other')).json()).toEqual({ routeKey: 'GET /other' })
    expect(await (await call('/else')).json()).toEqual({ routeKey: '$default' })
  })
})

describe('behind a distribution the path alone decides which API is asked', () => {
  const host = (name: string) => ({ 'Fn::Join': ['', [ref(name), '.execute-api.eu-central-1.amazonaws.com']] })
  const origin = (Id: string, DomainName: object) => ({
    Id,
    DomainName,
    OriginCustomHeaders: [{ HeaderName: 'X-Origin', HeaderValue: 'told' }],
  })
  const distribution = (changes: object = {}) => ({
    Type: 'AWS::CloudFront::Distribution',
    Properties: {
      DistributionConfig: {
        Origins: [origin('one', host('Api')), origin('other', host('Other'))],
        CacheBehaviors: [
          { PathPattern: '/a/*/exact', TargetOriginId: 'one' },
          { PathPattern: '/a*', TargetOriginId: 'other' },
        ],
        DefaultCacheBehavior: { TargetOriginId: 'one' },
        ...changes,
      },
    },
  })
  const two = {
    Route: route('GET /a/{id}/exact'),
    Mine: route('GET /shared'),
    Mine404: route('$default'),
    Other: api(),
    OtherStage: stage({ ApiId: ref('Other') }),
    Theirs: route('GET /a', { ApiId: ref('Other') }),
    Theirs404: route('$default', { ApiId: ref('Other') }),
    Shared: route('GET /a/shared', { ApiId: ref('Other') }),
  }

  test.each([
    ['/a/1/exact', 'GET /a/{id}/exact', 'the first that fits'],
    ['/a', 'GET /a', 'a later one'],
    ['/a/shared', 'GET /a/shared', 'a later one'],
    ['/a/nothing', '$default', "the $default of that path's API, though another API has one as well"],
    ['/A', '$default', 'by case'],
    ['/shared', 'GET /shared', 'none fits'],
  ])('%s: %s (%s)', async (path, key) => {
    const { call } = await start({ ...two, Distribution: distribution() }, ({ routeKey }) => ({ routeKey }))
    expect(await (await call(path)).json()).toEqual({ routeKey: key })
  })

  test("the API is told the origin's headers, whatever the caller says of them, and the caller's address last but one", async () => {
    const { call } = await start({ ...two, Distribution: distribution() }, ({ headers }) => headers)
    const headers = { 'x-origin': 'forged', 'x-forwarded-for': '203.0.113.9' }
    expect(await (await call('/a', { headers })).json()).toMatchObject({
      'x-origin': 'told',
      'x-forwarded-for': '203.0.113.9, 127.0.0.1, 127.0.0.1',
    })
  })

  test.each([
    ['an origin that is no API of the template', { Origins: [origin('one', { Ref: 'AWS::Region' })] }, 'is no HTTP API of the template'],
    ['a behavior without its origin', { DefaultCacheBehavior: { TargetOriginId: 'x' } }, 'there is no origin x'],
  ])('%s is an error at the start', async (_, changes, message) => {
    await expect(start({ ...two, Distribution: distribution(changes) }, () => 1)).rejects.toThrow(message)
  })
})

/** Posts without waiting for the answer before the body is out, as a client that knows no limit. */
function post(port: number, size: number, announced: boolean): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = announced ? { 'content-length': size } : { 'transfer-encoding': 'chunked' }
    const outgoing = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/', headers }, (incoming) => {
      incoming.resume()
      resolve(incoming.statusCode)
      outgoing.destroy()
    })
    outgoing.on('error', reject)
    outgoing.end(Buffer.alloc(size))
  })
}

describe('permission to call the function', () => {
  const source = (tail: string) => ({ 'Fn::Join': ['', ['arn:aws:execute-api:eu-central-1:000000000000:', ref('Api'), tail]] })
  test.each([
    ['/*/*/users/*', 200],
    ['/*/GET/users/*', 200],
    ['/*', 200],
    ['/*/*/groups/*', 500],
    ['/*/POST/users/*', 500],
  ])('for %s: %i', async (tail, status) => {
    const { call } = await start({ Route: route('GET /users/{id}'), Permission: permission(source(tail)) }, () => 1)
    expect((await call('/users/1')).status).toBe(status)
  })
})

describe('throttles', () => {
  test('the stage limits each route, and a route setting of its own goes before', async () => {
    let time = 0
    const settings = {
      DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 },
      RouteSettings: { 'GET /b': { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 } },
    }
    const { call } = await start({ Stage: stage(settings), A: route('GET /a'), B: route('GET /b') }, () => 1, { now: () => time })
    const statuses = async (path: string, times: number) => {
      const seen: number[] = []
      for (let count = 0; count < times; count += 1) seen.push((await call(path)).status)
      return seen
    }
    expect(await statuses('/a', 3)).toEqual([200, 200, 429])
    expect(await statuses('/b', 2)).toEqual([200, 429])
    expect(await (await call('/b')).json()).toEqual({ message: 'Too Many Requests' })
    time += 1000
    expect(await statuses('/a', 2)).toEqual([200, 429])
  })
})

describe('JWT authorizer', () => {
  const jwt = { AuthorizationType: 'JWT', AuthorizerId: ref('Authorizer'), AuthorizationScopes: ['read'] }
  const Authorizer = {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'http://issuer', Audience: ['client'] },
    },
  }

  async function guarded() {
    const keys = await generateKeyPair('RS256')
    const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k' }] }
    const sign = (scope: string) =>
      new SignJWT({ iss: 'http://issuer', client_id: 'client', scope })
        .setExpirationTime('1m')
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .sign(keys.privateKey)
    const resources = { Authorizer, Api: api({ CorsConfiguration: cors }), Route: route('GET /a', jwt), Any: route('ANY /any', jwt) }
    return { ...(await start(resources, (event) => event, { fetchKeys: () => Promise.resolve(jwks) })), sign }
  }

  test('the function sees the claims', async () => {
    const { call, sign } = await guarded()
    const response = await call('/a', { headers: { authorization: `Bearer ${await sign('read')}` } })
    expect(await response.json()).toMatchObject({
      requestContext: { authorizer: { jwt: { claims: { client_id: 'client' }, scopes: ['read'] } } },
    })
  })

  test("no token is a 401, a missing scope a 403, both in API Gateway's words", async () => {
    const { call, sign } = await guarded()
    const missing = await call('/a')
    expect([missing.status, missing.headers.get('www-authenticate'), await missing.json()]).toEqual([
      401,
      'Bearer',
      { message: 'Unauthorized' },
    ])
    const forbidden = await call('/a', { headers: { authorization: await sign('write') } })
    expect([forbidden.status, await forbidden.json()]).toEqual([403, { message: 'Forbidden' }])
  })

  test('a preflight needs no token where the method is named, and needs one where the route takes any', async () => {
    const { call } = await guarded()
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    expect((await call('/a', { method: 'OPTIONS', headers })).status).toBe(204)
    expect((await call('/any', { method: 'OPTIONS', headers })).status).toBe(401)
  })

  test("keys come from the issuer's discovery document", async () => {
    const keys = await generateKeyPair('RS256')
    const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k' }] }
    const issuer = await start({ Route: route('GET /.well-known/openid-configuration'), Keys: route('GET /keys') }, ({ routeKey }) =>
      routeKey === 'GET /keys' ? jwks : { jwks_uri: `http://127.0.0.1:${issuer.port}/keys` },
    )
    const iss = `http://127.0.0.1:${issuer.port}`
    const own = { ...Authorizer, Properties: { ...Authorizer.Properties, JwtConfiguration: { Issuer: iss, Audience: ['client'] } } }
    const { call } = await start({ Authorizer: own, Route: route('GET /a', { ...jwt, AuthorizationScopes: [] }) }, () => 1)
    const token = await new SignJWT({ iss, client_id: 'client' })
      .setExpirationTime('1m')
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .sign(keys.privateKey)
    expect((await call('/a', { headers: { authorization: token } })).status).toBe(200)
    const broken = { ...own, Properties: { ...own.Properties, JwtConfiguration: { Issuer: `${iss}/none`, Audience: ['client'] } } }
    const second = await start({ Authorizer: broken, Route: route('GET /a', jwt) }, () => 1)
    expect((await second.call('/a', { headers: { authorization: token } })).headers.get('www-authenticate')).toContain(
      'OIDC discovery endpoint',
    )
  })
})

describe('CORS', () => {
  const allowed = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
  const corsHeaders = (response: Response) =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')))
  const loose = () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://evil.example' } })

  test('the gateway answers a preflight itself, even before a catch-all', async () => {
    const { call } = await start({ ...anywhere, Api: api({ CorsConfiguration: cors }) }, loose)
    const response = await call('/x', { method: 'OPTIONS', headers: allowed })
    expect(response.status).toBe(204)
    expect(corsHeaders(response)).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'x-a',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
    })
  })

  test('a preflight from elsewhere is told nothing', async () => {
    const { call } = await start({ ...anywhere, Api: api({ CorsConfiguration: cors }) }, loose)
    const response = await call('/x', { method: 'OPTIONS', headers: { ...allowed, origin: 'https://evil.example' } })
    expect([response.status, corsHeaders(response)]).toEqual([204, {}])
  })

  test("an answer carries the configured headers, never the function's own", async () => {
    const { call } = await start({ ...anywhere, Api: api({ CorsConfiguration: cors }) }, loose)
    expect(corsHeaders(await call('/x', { headers: { origin: 'https://app.example' } }))).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'etag',
    })
    expect(corsHeaders(await call('/x', { headers: { origin: 'https://evil.example' } }))).toEqual({})
    expect(corsHeaders(await call('/x'))).toEqual({})
  })

  test.each([
    ['*', 'http://a.example', '*'],
    ['https://*', 'https://a.example', 'https://a.example'],
    ['https://*', 'http://a.example', undefined],
  ])('%s and an origin %s', async (configured, origin, told) => {
    const { call } = await start({ ...anywhere, Api: api({ CorsConfiguration: { AllowOrigins: [configured] } }) }, loose)
    expect(corsHeaders(await call('/x', { headers: { origin } }))['access-control-allow-origin']).toBe(told)
  })

  test('without a configuration the function decides, and an OPTIONS route of its own takes preflights over', async () => {
    const { call } = await start(anywhere, loose)
    expect(corsHeaders(await call('/x'))).toEqual({ 'access-control-allow-origin': 'https://evil.example' })
    const own = await start({ Route: route('OPTIONS /x'), Api: api({ CorsConfiguration: cors }) }, () => ({ statusCode: 299 }))
    expect((await own.call('/x', { method: 'OPTIONS', headers: allowed })).status).toBe(299)
    expect((await own.call('/y', { method: 'OPTIONS', headers: allowed })).status).toBe(204)
  })
})

describe('what the local gateway cannot do is an error at the start', () => {
  const wrong: [what: string, resources: object, message: string][] = [
    ['another payload format', { ...anywhere, Integration: integration({ PayloadFormatVersion: '1.0' }) }, 'app/Integration'],
    ['another authorizer', { Route: route('GET /a', { AuthorizationType: 'AWS_IAM' }) }, 'the local gateway knows JWT authorizers only'],
    [
      'a missing integration',
      { Route: route('GET /a', { Target: 'integrations/x' }) },
      'app/Route: there is no AWS::ApiGatewayV2::Integration x',
    ],
    ['a missing stage', { ...anywhere, Stage: { Type: 'AWS::CDK::Metadata' } }, 'app/Api: the API has no stage'],
  ]
  test.each(wrong)('%s', async (_, resources, message) => {
    await expect(start(resources, () => 1)).rejects.toThrow(message)
  })

  test('a port in use', async () => {
    const { port } = await start(anywhere, () => 1)
    await expect(start(anywhere, () => 1, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
