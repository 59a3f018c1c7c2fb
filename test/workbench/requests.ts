import { type Endpoint, methodOf, pathOf } from '../../shared/endpoint.ts'
import type { DomainEvent } from '../../shared/event.ts'
import type { LambdaHandler } from '../../shared/serve/serve.ts'
import type { Person } from './people.ts'

export interface RequestOptions {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  headers?: Record<string, string>
  as?: Person
  /** Further claims of the token: `scope`, `auth_time`. */
  claims?: Record<string, string>
  ip?: string
  userAgent?: string
}

export interface Reply {
  status: number
  headers: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape the endpoint answers.
  body: any
  cost: { waves: number; sts: number; rru: number; wru: number }
}

/** The claims the gateway would have put into the event. */
const claimsOf = (person: Person) => ({
  token_use: 'access',
  username: person.userId,
  origin_jti: person.sessionId,
  org: person.organizationId,
  auth_time: String(Math.floor(Date.now() / 1000)),
})

function gatewayEvent(contract: Endpoint, options: RequestOptions) {
  const path = pathOf(contract).replace(/\{(\w+)\+?\}/g, (_, name: string) => options.params?.[name] ?? '')
  return {
    version: '2.0',
    routeKey: contract.route,
    rawPath: path,
    rawQueryString: new URLSearchParams(options.query).toString(),
    headers: { 'content-type': 'application/json', ...options.headers },
    ...(options.query ? { queryStringParameters: options.query } : {}),
    ...(options.params ? { pathParameters: options.params } : {}),
    ...(options.body === undefined ? {} : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
    isBase64Encoded: false,
    requestContext: {
      http: {
        method: methodOf(contract),
        path,
        protocol: 'HTTP/1.1',
        sourceIp: options.ip ?? '192.0.2.1',
        userAgent: options.userAgent ?? 'jest',
      },
      ...(options.as ? { authorizer: { jwt: { claims: { ...claimsOf(options.as), ...options.claims }, scopes: [] } } } : {}),
    },
  }
}

const costOf = (header = '') =>
  Object.fromEntries(
    header
      .split('; ')
      .map((part) => part.split('='))
      .map(([name, n]) => [name, Number(n)]),
  )

/** One request, as the gateway hands it to the function. */
export async function request(handler: LambdaHandler, contract: Endpoint, options: RequestOptions = {}): Promise<Reply> {
  const result = await handler(gatewayEvent(contract, options), { functionName: 'bench', getRemainingTimeInMillis: () => 30_000 })
  const headers = (result.headers ?? {}) as Record<string, string>
  const body = result.body && headers['content-type']?.includes('json') ? JSON.parse(result.body) : result.body
  return { status: result.statusCode ?? 200, headers, body, cost: costOf(headers['x-cost']) as Reply['cost'] }
}

/** Events, as SQS hands them to a reaction. */
export async function react(handler: (event: never) => Promise<unknown>, ...events: DomainEvent[]) {
  const Records = events.map((detail, n) => ({
    messageId: `message-${n}`,
    body: JSON.stringify({ id: detail.id, 'detail-type': detail.type, detail }),
  }))
  const reply = (await handler({ Records } as never)) as { batchItemFailures?: { itemIdentifier: string }[] } | undefined
  return (reply?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier)
}
