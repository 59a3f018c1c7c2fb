import { decodeJwt } from 'jose'
import { type DomainEvent, fromRecord } from '../../shared/event.ts'
import { createIdentity } from '../../shared/identity-provider.ts'
import { denialKey, type Key, signalKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { tableFor } from '../../shared/store/table.ts'
import type { Bench, Person } from '../../test/workbench.ts'
import { login } from './contract.ts'
import { handler as loginHandler } from './login.ts'

/** For tests: people who register and sign in as anybody would. */

export const PASSWORD = 'correct horse Battery 9'

let number = 0
export const newMail = () => `person${++number}@example.com`

export interface Registered {
  email: string
  userId: string
  organizationId: string
}

export const registration = (email: string, organization: Record<string, unknown> = {}) => ({
  organization: { name: `Acme ${email.split('@')[0]}`, ...organization },
  admin: { email, password: PASSWORD, firstName: 'Ada', lastName: 'Lovelace' },
})

/** Somebody with a password and an organization of their own; laid straight into the store, as a proven registration leaves it. */
export async function registered(
  bench: Bench,
  email = newMail(),
  { type }: { type?: 'customer' | 'mss_provider' } = {},
): Promise<Registered> {
  const { userId, organizationId } = await bench.founder({ email, isSignedIn: false, ...(type ? { type } : {}) })
  await createIdentity(meter(), userId, PASSWORD)
  return { email, userId, organizationId }
}

/** Another address each time, so that a test's own rate limit never costs a wave. */
export const newIp = () => `198.51.100.${++number % 250}`

export const signIn = (bench: Bench, email: string, password = PASSWORD, more: Record<string, unknown> = {}) =>
  bench.request(loginHandler, login, { body: { email, password, ...more }, ip: newIp() })

export interface SignedInPerson extends Person {
  refreshToken: string
  accessToken: string
}

export async function signedIn(
  bench: Bench,
  of: Registered,
  more: Record<string, unknown> = {},
  password = PASSWORD,
): Promise<SignedInPerson> {
  const { body } = await signIn(bench, of.email, password, more)
  const { accessToken, refreshToken } = body.data.tokens
  const sessionId = String(decodeJwt(accessToken).origin_jti)
  return { userId: of.userId, organizationId: body.data.user.organizationId, email: of.email, sessionId, accessToken, refreshToken }
}

export const table = () => tableFor(undefined, meter())

export const read = async (key: Key) => (await table().read([key]))[0]

const today = () => new Date().toISOString().slice(0, 10)

async function eventsIn({ pk }: Key): Promise<DomainEvent[]> {
  const { items } = await table().query({
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
  })
  return items.map(fromRecord).sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
}

/** The signals an organization has left today, oldest first. */
export const signalsOf = (organizationId: string) => eventsIn(signalKey(organizationId, today(), ''))

/** What was denied there today. */
export const denialsOf = (organizationId: string) => eventsIn(denialKey(organizationId, today(), ''))
