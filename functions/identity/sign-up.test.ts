import { AdminGetUserCommand, CognitoIdentityProviderClient, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { DomainEvent } from '../../shared/event.ts'
import { createIdentity } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import { linkKey, loginKey, personKey, registrationKey, slugKey, tenantsKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { patch } from '../../shared/store/writes.ts'
import { hashOf, mailHash } from '../../shared/tokens.ts'
import { sentBy } from '../../test/workbench/letters.ts'
import { type Bench, openWorkbench } from '../../test/workbench.ts'
import { handler as onRegistrationBegun } from '../notifications/on-registration-begun.ts'
import { organizations } from '../organizations/door.ts'
import { users } from '../users/door.ts'
import { register, resendVerification, verifyEmail } from './contract.ts'
import { handler as registerHandler } from './register.ts'
import type { Registration } from './registration.ts'
import { handler as resendHandler } from './resend-verification.ts'
import { newIp, newMail, PASSWORD, read, registration, signalsOf, signIn } from './test-people.ts'
import { handler as verifyHandler } from './verify-email.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openWorkbench()
})
beforeEach(() => {
  bench.mails.splice(0)
})
afterAll(() => bench.close())

const signUp = (body: unknown, ip = newIp(), headers: Record<string, string> = {}) =>
  bench.request(registerHandler, register, { body, ip, headers })
const verify = (body: object) => bench.request(verifyHandler, verifyEmail, { body, ip: newIp() })
const resend = (registrationId: string) => bench.request(resendHandler, resendVerification, { body: { registrationId }, ip: newIp() })
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
const registrationOf = async (id: string) => (await read(registrationKey(id))) as unknown as Registration

interface Begun {
  id: string
  email: string
  organizationId: string
  userId: string
}

async function begun(email = newMail(), organization: Record<string, unknown> = {}): Promise<Begun> {
  const reply = await signUp(registration(email, organization))
  const { id, organizationId, userId } = await registrationOf(reply.body.data.registrationId)
  return { id, email, organizationId, userId }
}

/** The mails about a registration, as the reaction to its last signal sends them. */
async function mailed({ organizationId, email }: Begun) {
  const event = (await signalsOf(organizationId)).findLast(({ type }) => type.startsWith('auth.registration.')) as DomainEvent
  expect(await bench.react(onRegistrationBegun, event)).toEqual([])
  const mail = sentBy(bench).findLast(({ to }) => to === email)
  const text: string = mail?.text ?? ''
  const [code = '', token = ''] = [/^ {4}(\d{6})$/m.exec(text)?.[1], /verify-email\?token=([\w-]{43})\n/.exec(text)?.[1]]
  return { text, subject: mail?.subject, code, token }
}

const atCognito = async () => {
  const { Users = [] } = await new CognitoIdentityProviderClient({}).send(new ListUsersCommand({ UserPoolId: bench.pool.id }))
  return Users.map(({ Username }) => Username)
}

describe('registering', () => {
  test('answers every address alike, with the same reads and writes, and takes nothing', async () => {
    const [known, before] = [await bench.founder({ email: newMail() }), await atCognito()]
    const [fresh, taken] = [await signUp(registration(newMail())), await signUp(registration(known.email.toUpperCase()))]
    for (const reply of [fresh, taken]) {
      expect([reply.status, Object.keys(reply.body.data)]).toEqual([202, ['registrationId', 'expiresAt']])
      expect(reply.headers.location).toBeUndefined()
    }
    expect(fresh.cost).toEqual(taken.cost)
    expect(fresh.cost.waves).toBe(1)
    const { organizationId, email, userId } = await registrationOf(fresh.body.data.registrationId)
    expect(await read(loginKey(mailHash(email)))).toBeUndefined()
    expect(await read(personKey(userId))).toBeUndefined()
    expect(await read(tenantsKey(organizationId))).toBeUndefined()
    expect(await bench.tenant(organizationId).get(organizations, organizationId)).toBeUndefined()
    expect(await atCognito()).toEqual(before)
  })

  test('keeps the password sealed, and for a day only', async () => {
    const { id } = await begun()
    const stored = await registrationOf(id)
    expect(JSON.stringify(stored)).not.toContain(PASSWORD)
    expect(Date.parse(stored.expiresAt) - Date.parse(stored.createdAt)).toBe(24 * 3_600_000)
    expect((stored as unknown as { ttl: number }).ttl).toBe(Math.floor(Date.parse(stored.expiresAt) / 1000))
  })

  test('refuses a slug that was asked for and is taken', async () => {
    const { id } = await begun(newMail(), { name: 'Same Name', slug: 'same-name' })
    await verify({ registrationId: id, code: (await mailed(await rebegun(id))).code })
    const asked = await signUp(registration(newMail(), { name: 'Other', slug: 'same-name' }))
    expect([asked.status, asked.body.code]).toEqual([409, 'SLUG_TAKEN'])
  })

  test('refuses a weak password with what it lacks', async () => {
    const body = registration(newMail())
    const reply = await signUp({ ...body, admin: { ...body.admin, password: 'short' } })
    expect([reply.status, reply.body.code, reply.body.details]).toEqual([400, 'WEAK_PASSWORD', { 'admin.password': 'Make it longer' }])
  })

  test('is for nobody where registration is by invitation', async () => {
    process.env.TESSERA_REGISTRATION = 'invited'
    try {
      expect((await signUp(registration(newMail()))).body.code).toBe('REGISTRATION_CLOSED')
    } finally {
      delete process.env.TESSERA_REGISTRATION
    }
  })
})

async function rebegun(id: string): Promise<Begun> {
  const { email, organizationId, userId } = await registrationOf(id)
  return { id, email, organizationId, userId }
}

describe('the mail of a registration', () => {
  test('brings a code and a link to an address that nobody has', async () => {
    const about = await begun(newMail(), { name: 'Kākā & Sons' })
    const { text, code, token } = await mailed(about)
    expect(text).toContain('“Kākā & Sons”')
    expect(await read(linkKey('registration', hashOf(token)))).toMatchObject({ kind: 'registration', registrationId: about.id })
    expect(JSON.stringify(await registrationOf(about.id))).not.toContain(code)
  })

  test('tells who has an account that somebody tried, without a code or a link that does anything', async () => {
    const ada = await bench.founder({ email: newMail() })
    const about = await begun(ada.email)
    const { text, subject, code, token } = await mailed(about)
    expect(subject).toBe('You have an account already')
    expect([code, token, /token=|\b\d{6}\b/.test(text)]).toEqual(['', '', false])
    expect(await registrationOf(about.id)).not.toHaveProperty('hash')
    expect((await verify({ registrationId: about.id, code: '000000' })).body.code).toBe('INVALID_CODE')
  })

  test.each([
    ['de-AT', 'en', 'de-AT', 'Guten Tag'],
    [undefined, 'fr, de-CH;q=0.9, en;q=0.5', 'de', 'Guten Tag'],
    [undefined, 'fr', undefined, 'Hello'],
    ['fr', 'de', 'fr', 'Hello'],
  ])('is in the language of the reader: asked for %s, accepting %s', async (locale, accepted, kept, hello) => {
    const body = registration(newMail())
    const admin = { ...body.admin, ...(locale ? { locale } : {}) }
    const reply = await signUp({ ...body, admin }, newIp(), { 'accept-language': accepted })
    const about = await rebegun(reply.body.data.registrationId)
    const { text, code } = await mailed(about)
    expect(text).toMatch(new RegExp(`^${hello} Ada`))
    const { user } = (await verify({ registrationId: about.id, code })).body.data
    expect([user.locale, (await bench.tenant(about.organizationId).get(users, about.userId))?.locale]).toEqual([kept ?? 'en', kept])
  })

  test('to an address that has an account is in the language of whoever asked', async () => {
    const ada = await bench.founder({ email: newMail() })
    const reply = await signUp(registration(ada.email), newIp(), { 'accept-language': 'de' })
    expect((await mailed(await rebegun(reply.body.data.registrationId))).subject).toBe('Sie haben bereits ein Konto')
  })

  test('looks at the moment of sending whether the address is known', async () => {
    const about = await begun()
    await bench.founder({ email: about.email })
    expect((await mailed(about)).subject).toBe('You have an account already')
  })

  test('goes out again once a minute when it is asked for, and ends the code and the link before', async () => {
    const about = await begun()
    const first = await mailed(about)
    const replies = [await resend(about.id), await resend(about.id)]
    expect(replies.map(({ status }) => status)).toEqual([202, 202])
    const asked = (await signalsOf(about.organizationId)).filter(({ type }) => type === 'auth.registration.resent')
    expect(new Set(asked.map(({ timestamp }) => timestamp.slice(0, 16))).size).toBe(asked.length)
    const second = await mailed(about)
    expect((await verify({ token: first.token, password: PASSWORD })).body.code).toBe('LINK_EXPIRED')
    if (first.code !== second.code) expect((await verify({ registrationId: about.id, code: first.code })).body.code).toBe('INVALID_CODE')
    expect((await verify({ registrationId: about.id, code: second.code })).status).toBe(201)
  })

  test('is promised alike for a registration that does not exist, and no more for one that is over', async () => {
    const { id, organizationId } = await begun()
    const [known, unknown] = [await resend(id), await resend(newId('reg'))]
    expect([unknown.status, Object.keys(unknown.body.data)]).toEqual([known.status, Object.keys(known.body.data)])
    await bench.tenant(organizationId).commit(patch(registrationKey(id), { expiresAt: '2020-01-01T00:00:00.000Z' }))
    const late = await resend(id)
    expect([late.status, late.body.code]).toEqual([410, 'LINK_EXPIRED'])
  })
})

describe('proof by the code', () => {
  test('makes an organization on trial with its administrator, and their first events', async () => {
    const about = await begun(newMail(), { name: 'Kākā & Daughters' })
    const { code } = await mailed(about)
    const reply = await verify({ registrationId: about.id, code })
    expect([reply.status, reply.headers.location]).toEqual([201, '/api/v1/organization'])
    const { organization, user } = reply.body.data
    expect(organization).toMatchObject({ id: about.organizationId, name: 'Kākā & Daughters', slug: 'kaka-daughters', status: 'trial' })
    expect(user).toMatchObject({
      id: about.userId,
      email: about.email,
      emailVerified: true,
      status: 'active',
      role: 'admin',
      name: 'Ada Lovelace',
    })
    const tenant = bench.tenant(organization.id)
    expect((await tenant.events(users, user.id)).map(({ type }) => type)).toEqual(['user.created'])
    expect((await tenant.events(organizations, organization.id)).map(({ type }) => type)).toEqual(['organization.created'])
    expect(await read(tenantsKey(organization.id))).toMatchObject({ name: 'Kākā & Daughters', type: 'customer', status: 'trial' })
    const home = { homeOrganizationId: organization.id, defaultOrganizationId: organization.id }
    expect(await read(personKey(user.id))).toMatchObject({ email: about.email, elsewhere: 0, epoch: 1, ...home })
    expect(await read(loginKey(mailHash(about.email)))).toMatchObject({ personId: user.id, organizationId: organization.id, epoch: 1 })
    expect((await signIn(bench, about.email)).status).toBe(200)
  })

  test('of a provider makes its super administrator', async () => {
    const about = await begun(newMail(), { type: 'mss_provider' })
    const reply = await verify({ registrationId: about.id, code: (await mailed(about)).code })
    expect(reply.body.data.user.role).toBe('super_admin')
  })

  test('serves once, and leaves nothing of the registration', async () => {
    const about = await begun()
    const { code, token } = await mailed(about)
    expect((await verify({ registrationId: about.id, code })).status).toBe(201)
    expect(await registrationOf(about.id)).toBeUndefined()
    expect(await read(linkKey('registration', hashOf(token)))).toBeUndefined()
    expect((await verify({ registrationId: about.id, code })).body.code).toBe('INVALID_CODE')
    expect((await verify({ token, password: PASSWORD })).body.code).toBe('LINK_EXPIRED')
  })

  test('entered many times at once makes one organization, whose founder can sign in', async () => {
    const about = await begun()
    const { code } = await mailed(about)
    const replies = await Promise.all(Array.from({ length: 4 }, () => verify({ registrationId: about.id, code })))
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
    expect((await signIn(bench, about.email)).status).toBe(200)
  })

  test('finds an unknown registration, one that is over and a wrong code alike', async () => {
    const [about, over] = [await begun(), await begun()]
    const [{ code }, late] = [await mailed(about), await mailed(over)]
    await bench.tenant(over.organizationId).commit(patch(registrationKey(over.id), { expiresAt: '2020-01-01T00:00:00.000Z' }))
    const replies = [
      await verify({ registrationId: about.id, code: other(code) }),
      await verify({ registrationId: over.id, code: late.code }),
      await verify({ registrationId: newId('reg'), code }),
    ]
    expect(new Set(replies.map(({ status, body }) => `${status} ${body.code} ${body.error}`)).size).toBe(1)
    expect(replies[0]?.body.code).toBe('INVALID_CODE')
  })

  test('of another registration is wrong in this one, even for the same address', async () => {
    const email = newMail()
    const [mine, theirs] = [await begun(email), await begun(email)]
    await mailed(theirs)
    const { code } = await mailed(mine)
    expect((await verify({ registrationId: theirs.id, code })).body.code).toBe('INVALID_CODE')
  })

  test('after a crash between Cognito and the table works with the same ids', async () => {
    const about = await begun()
    await createIdentity(meter(), about.userId, 'Earlier horse Battery 1')
    const reply = await verify({ registrationId: about.id, code: (await mailed(about)).code })
    expect(reply.body.data.user.id).toBe(about.userId)
    expect((await signIn(bench, about.email)).status).toBe(200)
  })

  test('five wrong tries end a code, also when they come at once; its link still works', async () => {
    const about = await begun()
    const { code, token } = await mailed(about)
    const wrong = await Promise.all(Array.from({ length: 5 }, () => verify({ registrationId: about.id, code: other(code) })))
    expect(wrong.map(({ body }) => body.code)).toEqual(Array(5).fill('INVALID_CODE'))
    expect((await verify({ registrationId: about.id, code })).body.code).toBe('INVALID_CODE')
    expect((await verify({ token, password: PASSWORD })).status).toBe(201)
  })

  test('each wrong one leaves an event where the organization would have been', async () => {
    const about = await begun()
    await verify({ registrationId: about.id, code: other((await mailed(about)).code) })
    const failed = (await signalsOf(about.organizationId)).filter(({ type }) => type === 'auth.verification.failed')
    expect(failed).toMatchObject([{ aggregateId: about.id, data: { registrationId: about.id }, metadata: { actorKind: 'anonymous' } }])
  })

  test('is not even looked at after ten wrong ones for the address that day, over all its registrations, and is told; the link is', async () => {
    const email = newMail()
    const [one, two, three] = [await begun(email), await begun(email), await begun(email)]
    for (const each of [one, two]) {
      const { code } = await mailed(each)
      for (let n = 0; n < 5; n++) await verify({ registrationId: each.id, code: other(code) })
    }
    const { code, token } = await mailed(three)
    const refused = await verify({ registrationId: three.id, code })
    expect([refused.status, refused.body.code]).toEqual([429, 'TOO_MANY_CODES'])
    const told = (await signalsOf(three.organizationId)).filter(({ type }) => type === 'auth.verification.failed')
    expect(told).toMatchObject([{ aggregateId: three.id, data: { reason: 'TOO_MANY_CODES' } }])
    expect((await verify({ token, password: PASSWORD })).status).toBe(201)
  })
})

describe('proof by the link', () => {
  test('sets the password anew, so that whoever began with a password of theirs has no hold on the account', async () => {
    const about = await begun()
    const { token } = await mailed(about)
    const reply = await verify({ token, password: 'Another horse Battery 7' })
    expect([reply.status, reply.body.data.user.id]).toEqual([201, about.userId])
    expect((await signIn(bench, about.email)).body.code).toBe('INVALID_CREDENTIALS')
    expect((await signIn(bench, about.email, 'Another horse Battery 7')).status).toBe(200)
  })

  test('refuses a weak password, and goes on working', async () => {
    const { token } = await mailed(await begun())
    const weak = await verify({ token, password: 'short' })
    expect([weak.status, weak.body.code, weak.body.details]).toEqual([400, 'WEAK_PASSWORD', { password: 'Make it longer' }])
    expect((await verify({ token, password: PASSWORD })).status).toBe(201)
  })

  test('is over with the registration, and is none with the token of something else', async () => {
    const about = await begun()
    const { token } = await mailed(about)
    await bench.tenant(about.organizationId).commit(patch(linkKey('registration', hashOf(token)), { kind: 'invitation' }))
    expect((await verify({ token, password: PASSWORD })).body.code).toBe('LINK_EXPIRED')
    await bench.tenant(about.organizationId).commit(patch(linkKey('registration', hashOf(token)), { kind: 'registration' }))
    await bench.tenant(about.organizationId).commit(patch(registrationKey(about.id), { expiresAt: '2020-01-01T00:00:00.000Z' }))
    const late = await verify({ token, password: PASSWORD })
    expect([late.status, late.body.code]).toEqual([410, 'LINK_EXPIRED'])
  })
})

describe('of many registrations for one address', () => {
  test('the first proof wins, however many come at once; the others are told so and nobody else remains at Cognito', async () => {
    const email = newMail()
    const before = (await atCognito()).length
    const all: (Begun & { code: string })[] = []
    for (let n = 0; n < 6; n++) {
      const about = await begun(email)
      all.push({ ...about, code: (await mailed(about)).code })
    }
    const replies = await Promise.all(all.map(({ id, code }) => verify({ registrationId: id, code })))
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(replies.filter(({ body }) => body.code === 'EMAIL_TAKEN')).toHaveLength(5)
    expect(await atCognito()).toHaveLength(before + 1)
    const winner = replies.find(({ status }) => status === 201)?.body.data.user.id
    expect(await read(loginKey(mailHash(email)))).toMatchObject({ personId: winner })
    expect((await signIn(bench, email)).body.data.user.id).toBe(winner)
  })

  test('one proven late meets an address that is taken by then, and leaves its short name free', async () => {
    const about = await begun(newMail(), { name: 'Late', slug: 'late-comer' })
    const { code } = await mailed(about)
    await bench.founder({ email: about.email })
    expect((await verify({ registrationId: about.id, code })).body.code).toBe('EMAIL_TAKEN')
    expect(await read(slugKey('late-comer'))).toBeUndefined()
    expect(await registrationOf(about.id)).toBeUndefined()
    await expect(
      new CognitoIdentityProviderClient({}).send(new AdminGetUserCommand({ UserPoolId: bench.pool.id, Username: about.userId })),
    ).rejects.toThrow()
  })
})

describe('short names', () => {
  test('made from one name at once are all different', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => begun(newMail(), { name: 'Twins' })))
    const codes: string[] = []
    for (const about of all) codes.push((await mailed(about)).code)
    const replies = await Promise.all(all.map(({ id }, n) => verify({ registrationId: id, code: codes[n] })))
    expect(replies.map(({ status }) => status)).toEqual(Array(4).fill(201))
    const slugs = replies.map(({ body }) => body.data.organization.slug)
    expect(new Set(slugs).size).toBe(4)
    expect(await read(slugKey(slugs[0]))).toMatchObject({ organizationId: replies[0]?.body.data.organization.id })
  })

  test('of two that asked for one, the first proof has it', async () => {
    const [one, two] = [
      await begun(newMail(), { name: 'One', slug: 'wanted-by-two' }),
      await begun(newMail(), { name: 'Two', slug: 'wanted-by-two' }),
    ]
    expect((await verify({ registrationId: one.id, code: (await mailed(one)).code })).status).toBe(201)
    expect((await verify({ registrationId: two.id, code: (await mailed(two)).code })).body.code).toBe('SLUG_TAKEN')
  })
})
