import { beforeAll, describe, expect, test } from '@jest/globals'
import { generateKeyPair, SignJWT } from 'jose'
import * as z from 'zod'
import { catalogue } from '../../functions/catalogue.ts'
import { type Endpoint, methodOf, pathOf } from '../../shared/endpoint.ts'
import { newId } from '../../shared/ids.ts'
import { baseUrl, eventually, founder, member, type Someone } from './journey.ts'
import { expiredToken } from './tokens.ts'

/** The tests nobody should write by hand: they follow from the contracts, so a new endpoint has them the moment it exists. */

let ada: Someone
let basic: Someone
let eve: Someone
/** A provider's administrator, and another's. */
let grace: Someone
let mallory: Someone
/** Ids of Ada's and Grace's that administrators of other organizations try. */
const ids: Record<string, string> = {}

beforeAll(async () => {
  ada = await founder()
  basic = await member(ada)
  eve = await founder()
  grace = await founder('mss_provider')
  mallory = await founder('mss_provider')
  ids.org = (await grace.api.createCustomerOrganization({ body: { name: 'Every endpoint' } })).data.id
  ids.usr = ada.userId
  const audit = await eventually(
    () => ada.api.listAuditLogs({}),
    ({ data }) => data.items.length > 0,
  )
  ids.aud = audit.data.items[0]?.id ?? ''
  ids.session = (await ada.api.listSessions({})).data.items[0]?.id ?? ''
})

interface Sent {
  token?: string
  organizationId?: string
  body?: unknown
  query?: Record<string, string>
  params?: Record<string, string>
}

/** A value that fits a path parameter's schema, without saying whose. */
function sampleParam(name: string, schema: z.ZodType): string {
  const candidates = [
    newId('usr'),
    newId('aud'),
    newId('ntf'),
    newId('org'),
    ids.session ?? '',
    ...(('options' in schema ? schema.options : []) as string[]),
  ]
  const fitting = candidates.find((candidate) => schema.safeParse(candidate).success)
  if (!fitting) throw new Error(`No sample for the path parameter ${name}: add one.`)
  return fitting
}

const paramsOf = (contract: Endpoint) =>
  Object.fromEntries(Object.entries(contract.params?.shape ?? {}).map(([name, schema]) => [name, sampleParam(name, schema as z.ZodType)]))

async function send(contract: Endpoint, { token, organizationId, body, query, params = paramsOf(contract) }: Sent) {
  const path = pathOf(contract).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = query ? `?${new URLSearchParams(query)}` : ''
  const given = body === undefined && contract.body ? {} : body
  const response = await fetch(`${baseUrl}${path}${search}`, {
    method: methodOf(contract),
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(organizationId ? { 'x-organization-id': organizationId } : {}),
      ...(given === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(given === undefined ? {} : { body: JSON.stringify(given) }),
  })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape the endpoint answers.
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as any }
}

const signed = catalogue.filter(({ contract }) => !('public' in contract))
const guarded = catalogue.filter(({ contract }) => 'permission' in contract)
const withBody = catalogue.filter(({ contract }) => contract.body)
const withId = guarded.filter(({ contract }) => contract.params && 'id' in contract.params.shape)
/** What a provider's staff alone may call. */
const isProviders = (contract: Endpoint) =>
  contract.customer === true || ('permission' in contract && contract.permission.startsWith('organizations:'))
/** Whoever may call it, and somebody as mighty elsewhere. */
const mighty = (contract: Endpoint) => (isProviders(contract) ? grace : ada)
const stranger = (contract: Endpoint) => (isProviders(contract) ? mallory : eve)
const api = catalogue.filter(({ contract }) => !contract.raw)

async function foreignToken(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256')
  return new SignJWT({ token_use: 'access', username: ada.userId, origin_jti: ids.session, org: ada.organizationId })
    .setProtectedHeader({ alg: 'RS256', kid: 'foreign' })
    .setIssuer('https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Foreign01')
    .setExpirationTime('1h')
    .sign(privateKey)
}

describe.each(signed)('$contract.route', ({ contract }) => {
  test('is refused without a token', async () => {
    expect((await send(contract, {})).status).toBe(401)
  })
  test('is refused with a malformed token', async () => {
    expect((await send(contract, { token: 'not.a.token' })).status).toBe(401)
  })
  test('is refused with an expired token', async () => {
    expect((await send(contract, { token: await expiredToken(ada) })).status).toBe(401)
  })
  test("is refused with another issuer's token", async () => {
    expect((await send(contract, { token: await foreignToken() })).status).toBe(401)
  })
  test('is refused with an id token in place of an access token', async () => {
    const reply = await send(contract, { token: ada.tokens?.idToken ?? '' })
    expect([reply.status, reply.body.code]).toEqual([401, 'INVALID_TOKEN'])
  })
  test('opens no organization of others', async () => {
    const reply = await send(contract, { token: ada.tokens?.accessToken ?? '', organizationId: eve.organizationId })
    expect([reply.status, reply.body.code]).toEqual([404, 'NOT_FOUND'])
  })
})

describe.each(guarded)('$contract.route', ({ contract }) => {
  test('is refused to a person who does not hold its permission', async () => {
    const reply = await send(contract, { token: basic.tokens?.accessToken ?? '' })
    expect([reply.status, reply.body.code]).toEqual([403, 'FORBIDDEN'])
    expect(reply.body.details.missing).toBe('permission' in contract && contract.permission)
  })
})

describe.each(withId)('$contract.route', ({ contract }) => {
  test("does not know another organization's id", async () => {
    const schema = contract.params?.shape.id as z.ZodType
    const id = [ids.usr, ids.aud, ids.org, ids.session].find((each) => schema.safeParse(each).success) ?? ''
    const reply = await send(contract, { token: stranger(contract).tokens?.accessToken ?? '', params: { id } })
    expect([reply.status, reply.body.code]).toEqual([404, 'NOT_FOUND'])
  })
  test('does not know an id of the wrong form', async () => {
    const reply = await send(contract, { token: mighty(contract).tokens?.accessToken ?? '', params: { id: '../x' } })
    expect(reply.status).toBe(404)
  })
})

/** The route's own id, so that a resource is there and the body decides. */
const ownParams = (contract: Endpoint): Record<string, string> => {
  if (!contract.params || !('id' in contract.params.shape)) return paramsOf(contract)
  const schema = contract.params.shape.id as z.ZodType
  return { id: [ids.usr, ids.aud, ids.org, ids.session].find((each) => schema.safeParse(each).success) ?? sampleParam('id', schema) }
}

/** The fields of a body, those of every alternative if it is one of several. */
const fieldsOf = (schema: z.ZodType): string[] =>
  schema instanceof z.ZodUnion
    ? schema.def.options.flatMap((each) => fieldsOf(each as z.ZodType))
    : Object.keys((schema as z.ZodObject).shape)

describe.each(withBody)('$contract.route', ({ contract }) => {
  const token = () => ('public' in contract ? '' : (mighty(contract).tokens?.accessToken ?? ''))
  test('refuses an unknown field by name', async () => {
    const reply = await send(contract, { token: token(), params: ownParams(contract), body: { surprise: 1 } })
    expect([reply.status, reply.body.code, reply.body.details?.surprise]).toEqual([400, 'VALIDATION_ERROR', 'Unknown field'])
  })
  test('refuses each field of the wrong type by name', async () => {
    for (const field of fieldsOf(contract.body as z.ZodType)) {
      const reply = await send(contract, { token: token(), params: ownParams(contract), body: { [field]: [[42]] } })
      expect([reply.status, reply.body.code]).toEqual([400, 'VALIDATION_ERROR'])
      expect(Object.keys(reply.body.details).some((name) => name === field || name.startsWith(`${field}.`))).toBe(true)
    }
  })
  test('refuses malformed JSON, and what is not JSON', async () => {
    const path = pathOf(contract).replace('{id}', ownParams(contract).id ?? '')
    const post = (type: string, body: string) =>
      fetch(`${baseUrl}${path}`, {
        method: methodOf(contract),
        headers: { 'content-type': type, ...(token() ? { authorization: `Bearer ${token()}` } : {}) },
        body,
      })
    expect((await post('application/json', '{"a":')).status).toBe(400)
    expect((await post('text/plain', 'hello')).status).toBe(415)
  })
})

describe.each(api)('$contract.route', ({ contract }) => {
  test('refuses an unknown query parameter by name', async () => {
    const token = 'public' in contract ? undefined : mighty(contract).tokens?.accessToken
    const reply = await send(contract, { ...(token ? { token } : {}), params: ownParams(contract), query: { surprise: '1' } })
    expect(reply.status).toBe(400)
    // A wrong body is told first, and there is none that suits every contract.
    if (!contract.body) expect(Object.keys(reply.body.details)).toContain('surprise')
  })
  test('answers with the security headers and a request id', async () => {
    const { headers } = await send(contract, {
      ...('public' in contract ? {} : { token: basic.tokens?.accessToken ?? '' }),
      query: { surprise: '1' },
    })
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('x-request-id')).toBeTruthy()
  })
})
