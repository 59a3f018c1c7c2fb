import type * as z from 'zod'
import { LOGIN_EXAMPLE, LOGIN_SCOPES } from '../../functions/system/hosted-login.ts'
import { type Endpoint, isSelfCare, isVerified, methodOf, type Named, pathOf } from '../../shared/endpoint.ts'
import { type Code, type ProblemType, typeOf } from '../../shared/errors.ts'
import type { RequestExample } from '../../shared/examples.ts'
import { honoursKey } from '../../shared/serve/idempotency.ts'
import { type Components, components, type JsonSchema } from './json-schema.ts'

const everywhere: Code[] = ['VALIDATION_ERROR', 'RATE_LIMIT_EXCEEDED', 'INTERNAL', 'UNAVAILABLE']
const signed: Code[] = [
  'INVALID_SESSION',
  'INVALID_TOKEN',
  'NOT_FOUND',
  'ACCOUNT_LOCKED',
  'ACCOUNT_DISABLED',
  'ORGANIZATION_SUSPENDED',
  'ORGANIZATION_CLOSED',
  'MFA_REQUIRED',
]
/** What a token may meet where none is needed. */
const maySign: Code[] = ['AUTHENTICATION_REQUIRED', 'INVALID_SESSION', 'INVALID_TOKEN']
const withBody: Code[] = ['MALFORMED_JSON', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE']

/** Every failure that an endpoint can answer with. */
function problemsOf(contract: Endpoint): ProblemType[] {
  const hasId = pathOf(contract).includes('{id}')
  const isWrite = methodOf(contract) !== 'GET'
  const kinds = [
    ...new Set([
      ...everywhere,
      ...('public' in contract ? [] : signed),
      ...('public' in contract && contract.signedIn ? maySign : []),
      ...('public' in contract || isSelfCare(contract) ? [] : (['REAPPROVAL_REQUIRED'] as const)),
      ...(contract.fresh ? (['STEP_UP_REQUIRED'] as const) : []),
      ...('permission' in contract ? (['FORBIDDEN'] as const) : []),
      ...(isVerified(contract) ? (['INVALID_SIGNATURE'] as const) : []),
      ...(contract.body ? withBody : []),
      ...(contract.list ? (['INVALID_CURSOR'] as const) : []),
      ...(isWrite && !('public' in contract) && !isSelfCare(contract) && contract.ending !== 'open'
        ? (['ORGANIZATION_OFFBOARDING'] as const)
        : []),
      ...(hasId ? (['NOT_FOUND'] as const) : []),
      ...(hasId && isWrite ? (['PRECONDITION_FAILED', 'VERSION_CONFLICT'] as const) : []),
      ...(honoursKey(contract) ? (['IDEMPOTENCY_KEY_REUSED', 'REQUEST_IN_PROGRESS'] as const) : []),
      ...(contract.fails ?? []),
    ]),
  ]
  return kinds.map(typeOf)
}

function failures(contract: Endpoint): Record<string, unknown> {
  const byStatus = Map.groupBy(problemsOf(contract), ({ status }) => status)
  return Object.fromEntries(
    [...byStatus].sort().map(([status, types]) => [
      String(status),
      {
        description: types.map(({ code, message }) => `\`${code}\`: ${message}`).join('\n\n'),
        headers: answerHeaders,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

function parametersIn(place: 'path' | 'query', schema: z.ZodObject | undefined, parts: Components) {
  if (!schema) return []
  const { properties = {}, required = [] } = parts.of(schema, 'input') as { properties?: Record<string, JsonSchema>; required?: string[] }
  return Object.entries(properties).map(([name, { description, ...shape }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description ? { description } : {}),
    schema: shape,
  }))
}

const header = (name: string) => ({ $ref: `#/components/parameters/${name}` })

function headersOf(contract: Endpoint) {
  const hasId = pathOf(contract).includes('{id}')
  return [
    ...('public' in contract ? [] : [header('OrganizationId')]),
    ...(hasId && methodOf(contract) === 'GET' ? [header('IfNoneMatch')] : []),
    ...(problemsOf(contract).some(({ code }) => code === 'PRECONDITION_FAILED') ? [header('IfMatch')] : []),
    ...(honoursKey(contract) ? [header('IdempotencyKey')] : []),
  ]
}

const envelope = (data: JsonSchema, list: boolean): JsonSchema => ({
  type: 'object',
  required: ['success', 'data', ...(list ? ['meta'] : [])],
  properties: {
    success: { const: true },
    data: list ? { type: 'array', items: data } : data,
    ...(list ? { meta: { $ref: '#/components/schemas/PageMeta' } } : {}),
  },
})

const commonHeaders = {
  'X-Request-Id': { description: 'The one you sent, else our own.', schema: { type: 'string' } },
  'X-Tessera-Request-Id': { description: 'Our own: quote it when you report a problem.', schema: { type: 'string' } },
}

/** Said once, since every answer has them. */
const answerHeaders = Object.fromEntries(Object.keys(commonHeaders).map((name) => [name, { $ref: `#/components/headers/${name}` }]))

function successOf(contract: Endpoint, parts: Components) {
  const status = contract.status ?? (contract.reply || contract.raw ? 200 : 204)
  const headers = answerHeaders
  if (contract.raw && !contract.reply) return { [status]: { description: contract.summary, headers } }
  if (!contract.reply) return { [status]: { description: 'Done.', headers } }
  const data = parts.of(contract.reply, 'output')
  const schema = contract.raw ? data : envelope(data, contract.list === true)
  const done = { description: 'Done.', headers, content: { 'application/json': { schema } } }
  return { [status]: done, ...(contract.orStatus ? { [contract.orStatus]: done } : {}) }
}

const eitherWay = [{ hostedLogin: ['openid'] }, { bearer: [] }]

function accessOf(contract: Endpoint): string {
  if ('public' in contract) return `Needs no token${contract.signedIn ? ' but takes one' : ''}. ${contract.public}`
  return 'permission' in contract ? `Needs the permission \`${contract.permission}\`.` : 'For every signed-in person, about themselves.'
}

function bodyOf({ body, accepts = ['application/json'] }: Endpoint, parts: Components, example: unknown) {
  if (!body) return {}
  const content = { schema: parts.of(body, 'input'), ...(example === undefined ? {} : { example }) }
  return { requestBody: { required: !body.safeParse({}).success, content: Object.fromEntries(accepts.map((type) => [type, content])) } }
}

function operation({ name, context, contract }: Named, parts: Components, examples: ReadonlyMap<string, RequestExample>) {
  return {
    operationId: name,
    tags: [context],
    summary: contract.summary,
    description: [contract.description, accessOf(contract)].filter(Boolean).join('\n\n'),
    ...('public' in contract ? { security: contract.signedIn ? [{}, ...eitherWay] : [] } : {}),
    parameters: [...parametersIn('path', contract.params, parts), ...parametersIn('query', contract.query, parts), ...headersOf(contract)],
    ...bodyOf(contract, parts, examples.get(name)?.body),
    responses: { ...successOf(contract, parts), ...(contract.raw ? {} : failures(contract)) },
  }
}

const text = (name: string, description: string) => ({ name, in: 'header', required: false, description, schema: { type: 'string' } })

const commonParameters = {
  OrganizationId: text('X-Organization-Id', "The organization to act in; without it the token's."),
  IfMatch: text('If-Match', 'The ETag you read: the change is refused with 412 when the resource has moved on.'),
  IfNoneMatch: text('If-None-Match', 'The ETag you hold: 304 when it is still current.'),
  IdempotencyKey: text('Idempotency-Key', 'The same key and body within 24 hours give the first answer again.'),
}

const commonSchemas = (codes: string[]) => ({
  Problem: {
    type: 'object',
    required: ['success', 'error', 'code', 'timestamp', 'path', 'requestId'],
    properties: {
      success: { const: false },
      error: { type: 'string', description: 'For people.' },
      code: { type: 'string', enum: codes, description: 'For programs.' },
      details: { type: 'object', additionalProperties: true },
      timestamp: { type: 'string', format: 'date-time' },
      path: { type: 'string' },
      requestId: { type: 'string', description: 'Our own: quote it when you report a problem.' },
    },
  },
  PageMeta: {
    type: 'object',
    required: ['limit', 'nextCursor'],
    properties: {
      limit: { type: 'integer' },
      nextCursor: { type: ['string', 'null'], description: 'Null at the end.' },
      total: { type: 'integer' },
    },
  },
})

const securitySchemes = {
  hostedLogin: {
    type: 'oauth2',
    description: 'Signs in on the hosted page, by code and PKCE. The document that a deployment serves names its own address.',
    flows: {
      authorizationCode: {
        authorizationUrl: `${LOGIN_EXAMPLE}/oauth2/authorize`,
        tokenUrl: `${LOGIN_EXAMPLE}/oauth2/token`,
        refreshUrl: `${LOGIN_EXAMPLE}/oauth2/token`,
        scopes: LOGIN_SCOPES,
      },
    },
  },
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
}

const INTRODUCTION = `Every answer is \`{ "success": true, "data": … }\` or \`{ "success": false, "error", "code", … }\`.
Sign in with \`POST /api/v1/auth/login\` and send the access token as \`Authorization: Bearer …\`, or sign in on the hosted page.`

interface Product {
  catalogue: Named[]
  schemas: Map<string, z.ZodType>
  problems: ReadonlyMap<string, ProblemType>
  requestExamples: ReadonlyMap<string, RequestExample>
}

/** The whole API as an OpenAPI 3.1 document. */
export function openApi({ catalogue, schemas, problems, requestExamples }: Product, version: string) {
  const parts = components(schemas)
  const paths: Record<string, Record<string, unknown>> = {}
  for (const each of catalogue) {
    const path = pathOf(each.contract)
    paths[path] = { ...paths[path], [methodOf(each.contract).toLowerCase()]: operation(each, parts, requestExamples) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tessera', version, description: INTRODUCTION, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: eitherWay,
    tags: [...new Set(catalogue.map(({ context }) => context))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes,
      parameters: commonParameters,
      headers: commonHeaders,
      schemas: { ...commonSchemas([...problems.keys()]), ...parts.schemas },
    },
  }
}
