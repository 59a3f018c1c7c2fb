import { CognitoIdentityProviderClient, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { personKey, slugKey, tenantsKey, verificationKey } from '../../shared/store/keys.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Bench, openWorkbench } from '../../test/workbench.ts'
import { organizations } from '../organizations/reads.ts'
import { users } from '../users/reads.ts'
import { mintVerification } from './codes.ts'
import { register, resendVerification, verifyEmail } from './contract.ts'
import { handler as registerHandler } from './register.ts'
import { handler as resendHandler } from './resend-verification.ts'
import { newIp, newMail, type Registered, read, registered, registration, signalsOf, signedIn } from './test-people.ts'
import { handler as verifyHandler } from './verify-email.ts'

// Passwords are hashed at full cost, on a machine that may be busy.
jest.setTimeout(60_000)

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
}, 60_000)
afterAll(() => bench.close())

const signUp = (body: unknown) => bench.request(registerHandler, register, { body })
const verify = (email: string, code: string, ip?: string) =>
  bench.request(verifyHandler, verifyEmail, { body: { email, code }, ...(ip ? { ip } : {}) })
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

async function mailed({ email, userId, organizationId }: Registered, now = new Date().toISOString()) {
  const { code, write } = mintVerification(email, userId, now)
  await bench.tenant(organizationId).commit(write)
  return code
}

const atCognito = async () => {
  const { Users = [] } = await new CognitoIdentityProviderClient({}).send(new ListUsersCommand({ UserPoolId: bench.pool.id }))
  return Users.map(({ Username }) => Username)
}

test('registering makes an organization on trial with its administrator, and their first events', async () => {
  const email = newMail()
  const reply = await signUp(registration(email, { name: 'Kākā & Sons' }))
  expect(reply.status).toBe(201)
  expect(reply.cost.waves).toBe(4)
  const { organization, user } = reply.body.data
  expect(organization).toMatchObject({ name: 'Kākā & Sons', slug: 'kaka-sons', type: 'customer', status: 'trial' })
  expect(user).toMatchObject({
    email,
    emailVerified: false,
    status: 'active',
    role: 'admin',
    organizationId: organization.id,
    name: 'Ada Lovelace',
  })
  const tenant = bench.tenant(organization.id)
  expect((await tenant.events(users, user.id)).map(({ type }) => type)).toEqual(['user.created'])
  expect((await tenant.events(organizations, organization.id)).map(({ type }) => type)).toEqual(['organization.created'])
  expect(await read(tenantsKey(organization.id))).toMatchObject({ name: 'Kākā & Sons', type: 'customer', status: 'trial' })
  expect(await read(personKey(user.id))).toMatchObject({ email, emailVerified: false, defaultOrganizationId: organization.id })
  expect(await atCognito()).toContain(user.id)
})

test('who registers a provider becomes its super administrator', async () => {
  const reply = await signUp(registration(newMail(), { type: 'mss_provider' }))
  expect(reply.body.data.user.role).toBe('super_admin')
})

test('an address registers once, however it is written', async () => {
  const { email } = await registered(bench)
  const reply = await signUp(registration(email.toUpperCase()))
  expect([reply.status, reply.body.code]).toEqual([409, 'EMAIL_TAKEN'])
})

test('of 50 registrations at once with one address one wins, the others are told so, and nobody else remains', async () => {
  const email = newMail()
  const before = (await atCognito()).length
  const replies = await Promise.all(Array.from({ length: 50 }, () => signUp(registration(email))))
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(replies.filter(({ body }) => body.code === 'EMAIL_TAKEN')).toHaveLength(49)
  expect(await atCognito()).toHaveLength(before + 1)
}, 60_000)

test('a slug that was asked for and is taken is refused; one made from the name gives way', async () => {
  await registered(bench, newMail(), { name: 'Same Name', slug: 'same-name' })
  const asked = await signUp(registration(newMail(), { name: 'Other', slug: 'same-name' }))
  expect([asked.status, asked.body.code]).toEqual([409, 'SLUG_TAKEN'])
  const derived = await signUp(registration(newMail(), { name: 'Same Name' }))
  expect(derived.body.data.organization.slug).toMatch(/^same-name-[a-z0-9]{5}$/)
})

test('of registrations at once with one name all succeed, under different slugs', async () => {
  const replies = await Promise.all(Array.from({ length: 6 }, () => signUp(registration(newMail(), { name: 'Twins' }))))
  expect(replies.map(({ status }) => status)).toEqual(Array(6).fill(201))
  const slugs = replies.map(({ body }) => body.data.organization.slug)
  expect(new Set(slugs).size).toBe(6)
  expect(await read(slugKey(slugs[0]))).toMatchObject({ organizationId: replies[0]?.body.data.organization.id })
})

test('a weak password is refused with what it lacks, and leaves nothing behind', async () => {
  const email = newMail()
  const before = await atCognito()
  const body = registration(email)
  const reply = await signUp({ ...body, admin: { ...body.admin, password: 'short' } })
  expect([reply.status, reply.body.code]).toEqual([400, 'WEAK_PASSWORD'])
  expect(reply.body.details).toEqual({ 'admin.password': 'Make it longer' })
  expect(await atCognito()).toEqual(before)
  expect((await signUp(body)).status).toBe(201)
})

test('where registration is by invitation, nobody registers', async () => {
  process.env.TESSERA_REGISTRATION = 'invited'
  try {
    expect((await signUp(registration(newMail()))).body.code).toBe('REGISTRATION_CLOSED')
  } finally {
    delete process.env.TESSERA_REGISTRATION
  }
})

test('the mailed code verifies the address, once', async () => {
  const person = await registered(bench)
  const code = await mailed(person)
  const reply = await verify(person.email, code, newIp())
  expect(reply.cost.waves).toBe(3)
  expect(reply.body.data).toEqual({ email: person.email, emailVerified: true })
  expect(await bench.tenant(person.organizationId).get(users, person.userId)).toMatchObject({ emailVerified: true })
  expect(await read(personKey(person.userId))).toMatchObject({ emailVerified: true })
  expect(await read(verificationKey(mailHash(person.email)))).toBeUndefined()
  expect((await verify(person.email, code)).body.code).toBe('INVALID_CODE')
})

test('five wrong tries end a code, also when they come at once', async () => {
  const person = await registered(bench)
  const code = await mailed(person)
  const wrong = await Promise.all(Array.from({ length: 5 }, () => verify(person.email, other(code))))
  expect(wrong.map(({ body }) => body.code)).toEqual(Array(5).fill('INVALID_CODE'))
  expect((await verify(person.email, code)).body.code).toBe('INVALID_CODE')
})

test('an expired code, an unknown address and a code for an address since changed are answered alike', async () => {
  const person = await registered(bench)
  const code = await mailed(person, '2020-01-01T00:00:00.000Z')
  expect((await verify(person.email, code)).body.code).toBe('INVALID_CODE')
  expect((await verify('nobody@example.com', code)).body.code).toBe('INVALID_CODE')
  const strange = await registered(bench)
  const { write, code: theirs } = mintVerification(person.email, strange.userId, new Date().toISOString())
  await bench.tenant(person.organizationId).commit(write)
  expect((await verify(person.email, theirs)).body.code).toBe('INVALID_CODE')
})

test('a new code can be asked for once a minute, until the address is verified', async () => {
  const person = await registered(bench)
  const as = await signedIn(bench, person)
  const resend = () => bench.request(resendHandler, resendVerification, { as })
  expect([(await resend()).status, (await resend()).status]).toEqual([202, 202])
  const asked = (await signalsOf(person.organizationId)).filter(({ type }) => type === 'auth.verification.requested')
  expect(new Set(asked.map(({ timestamp }) => timestamp.slice(0, 16))).size).toBe(asked.length)
  expect(asked[0]).toMatchObject({ aggregateId: person.userId, data: { userId: person.userId, email: person.email } })
  await verify(person.email, await mailed(person))
  const late = await resend()
  expect([late.status, late.body.code]).toEqual([409, 'EMAIL_ALREADY_VERIFIED'])
})
