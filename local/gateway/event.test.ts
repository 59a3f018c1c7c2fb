import { describe, expect, test } from '@jest/globals'
import { createEvent, type Destination, readRequest } from './event.ts'

const time = Date.UTC(2020, 2, 12, 19, 3, 58)

const destination: Destination = {
  accountId: '123456789012',
  apiId: 'api-id',
  routeKey: '$default',
  stage: '$default',
  stageVariables: undefined,
  pathParameters: {},
  authorization: undefined,
}

function request(changes: Partial<Parameters<typeof readRequest>[0]> = {}) {
  const rawHeaders = ['Host', 'id.execute-api.us-east-1.amazonaws.com']
  return readRequest({
    method: 'GET',
    url: '/',
    rawHeaders,
    httpVersion: '1.1',
    remoteAddress: '::ffff:192.0.2.1',
    localPort: 3000,
    time,
    ...changes,
  })
}

const none = Buffer.alloc(0)

type Event = Record<string, unknown> & { headers: Record<string, string>; requestContext: Record<string, unknown> }
const eventOf = (...[from, body = none, to = destination]: [ReturnType<typeof request>, Buffer?, Destination?]) =>
  createEvent(from, body, to) as Event

test('the event is that of "Working with AWS Lambda proxy integrations for HTTP APIs"', () => {
  const event = eventOf(
    request({
      method: 'POST',
      url: '/my/path?parameter1=value1&parameter1=value2&parameter2=value',
      rawHeaders: [
        'Host',
        'id.execute-api.us-east-1.amazonaws.com',
        'Cookie',
        'cookie1; cookie2',
        'Header1',
        'value1',
        'Header2',
        'value1',
        'header2',
        'value2',
        'User-Agent',
        'agent',
        'Content-Type',
        'application/json',
      ],
    }),
    Buffer.from('"Hello from Lambda"'),
    {
      ...destination,
      stageVariables: { stageVariable1: 'value1' },
      pathParameters: { parameter1: 'value1' },
      authorization: { claims: { claim1: 'value1' }, scopes: ['scope1', 'scope2'] },
    },
  )
  expect(event).toEqual({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/my/path',
    rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=value',
    cookies: ['cookie1', 'cookie2'],
    headers: {
      host: 'id.execute-api.us-east-1.amazonaws.com',
      header1: 'value1',
      header2: 'value1,value2',
      'user-agent': 'agent',
      'content-type': 'application/json',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-5e6a879e-[0-9a-f]{24}$/),
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-port': '3000',
      'x-forwarded-proto': 'http',
    },
    queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api-id',
      authorizer: { jwt: { claims: { claim1: 'value1' }, scopes: ['scope1', 'scope2'] } },
      domainName: 'id.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'id',
      http: { method: 'POST', path: '/my/path', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'agent' },
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2020:19:03:58 +0000',
      timeEpoch: time,
    },
    body: '"Hello from Lambda"',
    pathParameters: { parameter1: 'value1' },
    isBase64Encoded: false,
    stageVariables: { stageVariable1: 'value1' },
  })
})

test('what is empty is absent', () => {
  const event = eventOf(request())
  for (const name of ['cookies', 'queryStringParameters', 'body', 'pathParameters', 'stageVariables'])
    expect(event).not.toHaveProperty(name)
  expect(event.requestContext).not.toHaveProperty('authorizer')
  expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false })
})

describe('bodies that are not text come in base64', () => {
  test.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['application/merge-patch+json', false],
    ['text/csv', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/octet-stream', true],
    ['application/x-www-form-urlencoded', true],
    ['image/png', true],
  ])('%s: %s', (contentType, isBase64Encoded) => {
    const body = Buffer.from('öl')
    const event = eventOf(request({ rawHeaders: ['Content-Type', contentType] }), body)
    expect(event).toMatchObject({ isBase64Encoded, body: body.toString(isBase64Encoded ? 'base64' : 'utf8') })
  })

  test('so do compressed ones and those without a type', () => {
    const compressed = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip']
    expect(eventOf(request({ rawHeaders: compressed }), Buffer.from('x')).isBase64Encoded).toBe(true)
    expect(eventOf(request({ rawHeaders: [] }), Buffer.from('x')).isBase64Encoded).toBe(true)
  })
})

test('path and query reach the function decoded', () => {
  const event = eventOf(request({ url: '/users/J%C3%BCrgen%20K?q=a%26b+c&empty=' }))
  expect(event.rawPath).toBe('/users/Jürgen K')
  expect(event.rawQueryString).toBe('q=a%26b+c&empty=')
  expect(event.queryStringParameters).toEqual({ q: 'a&b c', empty: '' })
})

test('a path that is not properly encoded is refused', () => {
  expect(() => request({ url: '/%zz' })).toThrow(URIError)
})

test('addresses are passed on, headers of the connection are not', () => {
  const rawHeaders = [
    'Host',
    'localhost:3000',
    'X-Forwarded-For',
    '198.51.100.1',
    'Connection',
    'keep-alive',
    'X-Amzn-Trace-Id',
    'Root=1-2-3',
  ]
  const event = eventOf(request({ rawHeaders }))
  expect(event.headers).toMatchObject({ 'x-forwarded-for': '198.51.100.1, 192.0.2.1', 'x-amzn-trace-id': 'Root=1-2-3' })
  expect(event.headers).not.toHaveProperty('connection')
  expect(event.requestContext).toMatchObject({ domainName: 'localhost', domainPrefix: 'localhost' })
})
