import { xml } from '../sts/xml.ts'
import { AwsError, type AwsReply } from '../types.ts'

/** How a service speaks on the wire: JSON with a target header, REST with JSON bodies, or form fields answered in XML. */
export type Protocol = 'json' | 'rest' | 'query'

export interface Parsed {
  service: string
  operation: string
  input: Record<string, unknown>
  protocol: Protocol
}

/** The services by the prefix of their `X-Amz-Target` header. */
const targets: Record<string, string> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodb',
  AWSCognitoIdentityProviderService: 'cognito-idp',
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
  secretsmanager: 'secretsmanager',
}

const routes: Array<{ service: string; operation: string; method: string; path: RegExp }> = [
  { service: 'ses', operation: 'SendEmail', method: 'POST', path: /^\/v2\/email\/outbound-emails$/ },
]

interface Incoming {
  method: string
  url: string
  headers: Record<string, string>
  body: Buffer
}

/** The protocol errors are answered in, known even where the request cannot be read. */
export function protocolOf({ headers }: Pick<Incoming, 'headers'>): Protocol {
  if (headers['x-amz-target']) return 'json'
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? 'query' : 'rest'
}

/** Service, operation and input of a request; throws `AwsError` when it is none that a service here could answer. */
export function parse(incoming: Incoming): Parsed {
  const protocol = protocolOf(incoming)
  if (protocol === 'query') {
    const input = formInput(incoming.body.toString())
    return { protocol, service: 'sts', operation: String(input.Action ?? ''), input }
  }
  if (protocol === 'json') {
    const [prefix = '', operation = ''] = (incoming.headers['x-amz-target'] ?? '').split('.', 2)
    const service = targets[prefix]
    if (!service) throw new AwsError('UnknownOperationException', `no service of the local stack answers ${prefix}.${operation}`)
    return { protocol, service, operation, input: jsonInput(incoming.body) }
  }
  const path = incoming.url.split('?')[0] ?? '/'
  const route = routes.find((each) => each.method === incoming.method && each.path.test(path))
  if (!route) throw new AwsError('UnknownOperationException', `no service of the local stack answers ${incoming.method} ${path}`, 404)
  return { protocol, service: route.service, operation: route.operation, input: jsonInput(incoming.body) }
}

function jsonInput(body: Buffer): Record<string, unknown> {
  let value: unknown
  try {
    value = body.length === 0 ? {} : JSON.parse(body.toString())
  } catch {
    throw new AwsError('SerializationException', 'the body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AwsError('SerializationException', 'the body is no JSON object')
  return value as Record<string, unknown>
}

/** Fields such as `Tags.member.1.Key` become nested lists and objects. */
function formInput(body: string): Record<string, unknown> {
  const input: Record<string, unknown> = Object.create(null)
  for (const [name, value] of new URLSearchParams(body)) place(input, name.split('.'), value)
  return input
}

function place(target: Record<string, unknown>, [name = '', ...rest]: string[], value: string): void {
  if (rest[0] !== 'member') {
    if (rest.length > 0) place(nested(target, name, Object.create(null)), rest, value)
    else target[name] = value
    return
  }
  const list = nested(target, name, [])
  place(list, [String(Number(rest[1]) - 1), ...rest.slice(2)], value)
}

function nested(target: Record<string, unknown>, name: string, empty: unknown): Record<string, unknown> {
  target[name] ??= empty
  if (typeof target[name] !== 'object') throw new AwsError('MalformedQueryString', `${name} is both a value and a structure`)
  return target[name] as Record<string, unknown>
}

/** Names that differ in the query protocol, where they carry no `Exception` and, being the caller's fault, status 403. */
const queryCodes: Record<string, string> = {
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  ExpiredTokenException: 'ExpiredToken',
  AccessDeniedException: 'AccessDenied',
}

export function errorReply(error: AwsError, protocol: Protocol, requestId: string): AwsReply {
  if (protocol === 'query') {
    const code = queryCodes[error.code] ?? error.code
    const body = { Error: { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: code, Message: error.message }, RequestId: requestId }
    const text = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${xml(body)}</ErrorResponse>`
    return { status: queryCodes[error.code] ? 403 : error.status, headers: { 'content-type': 'text/xml' }, body: text }
  }
  const body = JSON.stringify({ __type: error.code, message: error.message, ...error.details })
  if (protocol === 'json') return { status: error.status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body }
  const status = queryCodes[error.code] ? 403 : error.status
  return { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code }, body }
}
