import { beforeAll, describe, expect, test } from '@jest/globals'
import { generateKeyPair, SignJWT } from 'jose'
import { catalogue, requestExamples } from '../../functions/catalogue.ts'
import { type Endpoint, isVerified, methodOf, type Named, pathOf } from '../../shared/endpoint.ts'
import { withReal } from '../../shared/examples.ts'
import { type Caller, type Check, checks, paramsOf, type Sent, type Subject } from '../derived/checks.ts'
import { isProviders, makeEach } from './from-examples.ts'
import { baseUrl, founder, member, type Someone } from './journey.ts'
import { hasJob, hasTechnician } from './meanwhile.ts'
import { expiredToken } from './tokens.ts'

/**
 * The tests nobody should write by hand: they follow from the contracts and the manifests' examples, so a new endpoint has them the moment
 * it exists. All of one endpoint come one after the other, while its function is warm.
 */

let ada: Someone
let eve: Someone
/** Callers of an organization's own endpoints, and of those that only a provider's staff may call. */
let own: Record<Caller, Someone>
let providers: Record<Caller, Someone>
/** Real ids of Ada's and Grace's, that administrators of other organizations try. */
let resources: Record<string, string>

const callers = (named: Named) => (isProviders(named) ? providers : own)

beforeAll(async () => {
  ada = await founder()
  eve = await founder()
  const grace = await founder('mss_provider')
  const basic = await member(ada)
  await hasJob(ada)
  await hasTechnician(ada)
  own = { permitted: ada, unprivileged: basic, stranger: eve }
  providers = { permitted: grace, unprivileged: basic, stranger: await founder('mss_provider') }
  resources = await makeEach((maker) => callers(maker).permitted.api, ada.api)
})

interface Raw extends Omit<Sent, 'as'> {
  token?: string | undefined
  organizationId?: string
  /** As it stands, of this type. */
  text?: [type: string, body: string]
}

async function send(contract: Endpoint, { token, organizationId, body, query, params = {}, text }: Raw) {
  const path = pathOf(contract).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = query ? `?${new URLSearchParams(query)}` : ''
  const [type, payload] = text ?? ['application/json', body === undefined ? undefined : JSON.stringify(body)]
  const response = await fetch(`${baseUrl}${path}${search}`, {
    method: methodOf(contract),
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(organizationId ? { 'x-organization-id': organizationId } : {}),
      ...(payload === undefined ? {} : { 'content-type': type }),
    },
    ...(payload === undefined ? {} : { body: payload }),
  })
  const answer = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape the endpoint answers.
  return { status: response.status, headers: response.headers, body: (answer && isJson ? JSON.parse(answer) : {}) as any }
}

const tokenOf = (named: Named, caller: Caller) => callers(named)[caller].tokens?.accessToken

const exampleOf = (name: string) => withReal(requestExamples.get(name) ?? {}, resources)

const subjectOf = (named: Named): Subject => ({
  name: named.name,
  contract: named.contract,
  resources,
  example: exampleOf(named.name),
  send: ({ as, ...sent }) => send(named.contract, { ...sent, token: as && tokenOf(named, as) }),
})

async function foreignToken(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256')
  return new SignJWT({ token_use: 'access', username: ada.userId, origin_jti: resources.session, org: ada.organizationId })
    .setProtectedHeader({ alg: 'RS256', kid: 'foreign' })
    .setIssuer('https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Foreign01')
    .setExpirationTime('1h')
    .sign(privateKey)
}

/** What depends on the token alone, which the gateway judges. */
const tokens: [name: string, make: () => string | Promise<string>, code: string | undefined][] = [
  ['a malformed token', () => 'not.a.token', undefined],
  ['an expired token', () => expiredToken(ada), undefined],
  ["another issuer's token", foreignToken, undefined],
  ['an id token in place of an access token', () => ada.tokens?.idToken ?? '', 'INVALID_TOKEN'],
]

const derived = Object.values(checks as Record<string, Check>)

describe.each(catalogue)('$contract.route', (named) => {
  const { contract } = named
  const permitted = () => ('public' in contract ? undefined : tokenOf(named, 'permitted'))

  for (const check of derived.filter((each) => each.appliesTo(contract))) test(check.name, () => check.run(subjectOf(named)))

  if (!('public' in contract)) {
    test.each(tokens)('is refused with %s', async (_, token, code) => {
      const sent = { params: paramsOf(subjectOf(named)), ...exampleOf(named.name) }
      const reply = await send(contract, { ...sent, token: await token() })
      expect(reply.status).toBe(401)
      if (code) expect(reply.body.code).toBe(code)
    })
    test('opens no organization of others', async () => {
      const sent = { params: paramsOf(subjectOf(named)), ...exampleOf(named.name) }
      const reply = await send(contract, { ...sent, token: ada.tokens?.accessToken, organizationId: eve.organizationId })
      expect([reply.status, reply.body.code]).toEqual([404, 'NOT_FOUND'])
    })
  }

  if (contract.body && !isVerified(contract)) {
    test('refuses malformed JSON, and what is not JSON', async () => {
      const sent = { params: paramsOf(subjectOf(named)), token: permitted() }
      expect((await send(contract, { ...sent, text: ['application/json', '{"a":'] })).status).toBe(400)
      expect((await send(contract, { ...sent, text: ['text/plain', 'hello'] })).status).toBe(415)
    })
  }

  if (!contract.raw) {
    test('answers with the security headers and a request id', async () => {
      const token = 'public' in contract ? undefined : own.unprivileged.tokens?.accessToken
      const { headers } = await send(contract, { token, params: paramsOf(subjectOf(named)), query: { surprise: '1' } })
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('x-request-id')).toBeTruthy()
    })
  }
})
