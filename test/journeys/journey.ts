import { randomBytes } from 'node:crypto'
import { ApiError } from '../../client/call.ts'
import { createClient } from '../../client/client.ts'
import type { Operations } from '../../client/operations.ts'
import { checkAnswer } from './answers.ts'
import { staysFresh } from './stay-fresh.ts'

/** What a journey needs: the typed client on the running stack, the inbox, and people who act. */

const port = Number(process.env.TESSERA_TEST_PORT)
export const baseUrl = `http://localhost:${port}`
export const loginUrl = `http://localhost:${port + 1}`
export const inboxUrl = `http://localhost:${port + 2}`
export const PASSWORD = 'Correct-Horse-9-Battery'

export interface Tokens {
  accessToken: string
  idToken: string
  refreshToken: string
}

/** Somebody with their own client; `tokens` change as they sign in and out. */
export interface Someone {
  api: Operations
  email: string
  userId: string
  organizationId: string
  tokens?: Tokens
}

export const anonymous = createClient({ baseUrl, onAnswer: checkAnswer })

export function clientOf(person: { tokens?: Tokens }): Operations {
  return createClient({ baseUrl, token: () => person.tokens?.accessToken, onAnswer: checkAnswer })
}

/** A request as any HTTP client would send it, for what the typed client cannot say. */
export function raw(path: string, { person, ...init }: RequestInit & { person?: { tokens?: Tokens } } = {}): Promise<Response> {
  const authorization = person?.tokens ? { authorization: `Bearer ${person.tokens.accessToken}` } : {}
  return fetch(`${baseUrl}${path}`, { ...init, headers: { ...authorization, ...(init.headers as Record<string, string>) } })
}

export const freshMail = (name = 'person') => `${name}.${randomBytes(6).toString('hex')}@example.com`

export interface Mail {
  id: string
  to: string
  subject: string
  text: string
  html: string
}

/** The mails that this address has got so far, newest first. */
export async function mailsTo(address: string): Promise<Mail[]> {
  const mails = (await (await fetch(`${inboxUrl}/messages?to=${encodeURIComponent(address)}`)).json()) as Mail[]
  return mails.filter((mail) => mail.to.includes(address))
}

/** Waits until a mail to this address satisfies the condition; mails are sent by reactions, a moment after the answer. */
export async function mailTo(address: string, fits: (mail: Mail) => boolean = () => true, tries = 3_000): Promise<Mail> {
  for (let n = 0; n < tries; n++) {
    const found = (await mailsTo(address)).find(fits)
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`No such mail came for ${address}.`)
}

export const codeIn = (mail: Mail) => /\b\d{6}\b/.exec(mail.text)?.[0] ?? ''
export const tokenIn = (mail: Mail) => /[?&]token=([\w-]+)/.exec(mail.text)?.[1] ?? ''

export async function signIn(person: Someone, password = PASSWORD): Promise<void> {
  const { data } = await anonymous.login({ body: { email: person.email, password } })
  if (data.mfaRequired) throw new Error(`${person.email} is asked for ${data.challenge}.`)
  person.tokens = data.tokens
}

export interface Registering {
  email: string
  name?: string
  slug?: string
  type?: 'customer' | 'mss_provider'
  password?: string
}

/** Begins a registration, whoever has the address; gives its id. */
export async function register({ email, name, slug, type = 'customer', password = PASSWORD }: Registering): Promise<string> {
  const organization = { name: name ?? `Journey ${randomBytes(4).toString('hex')}`, type, ...(slug ? { slug } : {}) }
  const { data } = await anonymous.register({ body: { organization, admin: { email, password, firstName: 'Ada', lastName: 'Lovelace' } } })
  return data.registrationId
}

/** The next mail that brings a code and a link for a registration. */
export const registrationMail = (email: string, fits: (mail: Mail) => boolean = () => true) =>
  mailTo(email, (mail) => codeIn(mail) !== '' && /verify-email/.test(mail.text) && fits(mail))

/** Whoever proved a registration, not signed in yet. */
export async function proven(email: string, body: { registrationId: string; code: string } | { token: string; password: string }) {
  const { data } = await anonymous.verifyEmail({ body })
  if (!('organization' in data)) throw new Error('This proved no registration.')
  const person = { email, userId: data.user.id, organizationId: data.organization.id } as Someone
  person.api = clientOf(person)
  return person
}

/** A signed-in administrator of a new organization, who proved the address. */
export async function founder(type: 'customer' | 'mss_provider' = 'customer', email = freshMail('founder')): Promise<Someone> {
  const registrationId = await register({ email, type })
  const person = await proven(email, { registrationId, code: codeIn(await registrationMail(email)) })
  await signIn(person)
  staysFresh(() => person.api.stepUp({ body: { password: PASSWORD } }))
  return person
}

/** An organization on trial sends so many invitations a day (`functions/notifications/mail-budget.ts`): past them no mail comes, and nothing says why. */
const INVITATIONS_A_DAY = 100
const invited = new Map<string, number>()

/** An invited user of the founder's organization who accepted and signed in. */
export async function member(of: Someone, roleIds: string[] = ['rol_basic_user']): Promise<Someone> {
  const count = (invited.get(of.organizationId) ?? 0) + 1
  if (count > INVITATIONS_A_DAY) throw new Error(`${of.email} has invited all whom a trial may in a day: let another founder invite.`)
  invited.set(of.organizationId, count)
  const email = freshMail('member')
  const { data } = await of.api.createUser({ body: { email, firstName: 'Grace', lastName: 'Hopper', roleIds } })
  const token = tokenIn(await mailTo(email, (mail) => tokenIn(mail) !== ''))
  await anonymous.acceptInvitation({ body: { token, password: PASSWORD } })
  const person = { email, userId: data.id, organizationId: of.organizationId } as Someone
  person.api = clientOf(person)
  await signIn(person)
  return person
}

/** A new customer of a provider's, with its administrator, who accepted the invitation and signed in. */
export async function customerOf(provider: Someone): Promise<Someone> {
  const email = freshMail('customer')
  const body = { name: `Customer ${randomBytes(4).toString('hex')}`, admin: { email, firstName: 'Joan', lastName: 'Clarke' } }
  const { data } = await provider.api.createCustomerOrganization({ body })
  const token = tokenIn(await mailTo(email, (mail) => tokenIn(mail) !== ''))
  const accepted = await anonymous.acceptInvitation({ body: { token, password: PASSWORD } })
  const person = { email, userId: accepted.data.user.id, organizationId: data.id } as Someone
  person.api = clientOf(person)
  await signIn(person)
  return person
}

/** Somebody's further session, as from another device. */
export async function elsewhere(person: Someone): Promise<Someone> {
  const other = { ...person }
  other.api = clientOf(other)
  await signIn(other)
  return other
}

/** The refusal of a call that must not succeed. */
export async function refusal(call: Promise<unknown>): Promise<ApiError> {
  try {
    await call
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('The call was expected to be refused, and it was not.')
}

/** Asks again until the condition holds: for lists and audit entries, which may trail a write by about a second. */
export async function eventually<T>(ask: () => Promise<T>, holds: (value: T) => boolean, tries = 3_000): Promise<T> {
  for (let n = 0; ; n++) {
    const value = await ask()
    if (holds(value)) return value
    if (n >= tries) throw new Error(`It did not come true; last seen: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
