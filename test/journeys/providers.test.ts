import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from '@jest/globals'
import {
  anonymous,
  clientOf,
  eventually,
  founder,
  freshMail,
  mailTo,
  member,
  PASSWORD,
  refusal,
  type Someone,
  signIn,
  tokenIn,
} from './journey.ts'
import { closingIsDue } from './meanwhile.ts'

/** A provider and its customer, from the first day to the day on which the customer goes on alone. */

let grace: Someone
/** Its moment to be closed has come as the journey begins. */
let leaving: Someone
beforeAll(async () => {
  grace = await founder('mss_provider')
  const { id, joan } = await customer()
  leaving = joan
  await grace.api.offboardOrganization({ params: { id }, body: {} })
  const { closesAt } = (await grace.api.closeOrganization({ params: { id } })).data
  await closingIsDue(id, closesAt ?? '')
})

const freshName = () => `Customer ${randomBytes(4).toString('hex')}`

/** A customer of Grace's with its administrator, who accepted the invitation and signed in. */
async function customer(of = grace): Promise<{ id: string; name: string; joan: Someone }> {
  const [email, name] = [freshMail('joan'), freshName()]
  const { data } = await of.api.createCustomerOrganization({ body: { name, admin: { email, firstName: 'Joan', lastName: 'Clarke' } } })
  const invitation = await mailTo(email, (mail) => tokenIn(mail) !== '')
  expect(invitation.subject).toBe(`Your invitation to ${name}`)
  expect(invitation.text).toContain(`Ada Lovelace invites you to ${name}.`)
  const accepted = await anonymous.acceptInvitation({ body: { token: tokenIn(invitation), password: PASSWORD } })
  expect(accepted.data.organization).toEqual({ id: data.id, name })
  const joan = { email, userId: accepted.data.user.id, organizationId: data.id } as Someone
  joan.api = clientOf(joan)
  await signIn(joan)
  return { id: data.id, name, joan }
}

const codeOf = async (call: Parameters<typeof refusal>[0]) => (await refusal(call)).code
const inList = async (id: string, of = grace) =>
  (await of.api.listOrganizations({ query: { limit: 100 } })).data.items.find((each) => each.id === id)

test('a provider makes a customer and hands it over, suspends and activates it, adds people, and is shut out when the customer says so', async () => {
  const { id, name, joan } = await customer()
  const params = { id }
  expect((await joan.api.getMe()).data).toMatchObject({
    user: { role: 'admin' },
    memberships: [{ organizationId: id, name, type: 'customer' }],
  })
  expect((await mailTo(joan.email, ({ subject }) => subject.startsWith('Welcome'))).subject).toBe(`Welcome to ${name}`)

  await grace.api.suspendOrganization({ params, body: { reason: 'Unpaid' } })
  expect(await codeOf(joan.api.getOrganization())).toBe('ORGANIZATION_SUSPENDED')
  expect(await codeOf(joan.api.getMe())).toBe('ORGANIZATION_SUSPENDED')
  expect(await codeOf(anonymous.login({ body: { email: joan.email, password: PASSWORD } }))).toBe('ORGANIZATION_SUSPENDED')
  expect((await grace.api.getCustomerOrganization({ params })).data).toMatchObject({ status: 'suspended', statusReason: 'Unpaid' })
  expect(
    (
      await eventually(
        () => inList(id),
        (link) => link?.status === 'suspended',
      )
    )?.name,
  ).toBe(name)
  await grace.api.activateOrganization({ params })
  expect((await joan.api.getOrganization()).data.status).toBe('active')

  const alan = { email: freshMail('alan'), firstName: 'Alan', lastName: 'Turing' }
  const added = (await grace.api.createOrganizationUser({ params, body: alan })).data
  expect((await mailTo(alan.email, (mail) => tokenIn(mail) !== '')).subject).toBe(`Your invitation to ${name}`)
  expect((await joan.api.getUser({ params: { id: added.id } })).data).toMatchObject({ email: alan.email, status: 'invited' })
  expect((await grace.api.listOrganizationUsers({ params })).data.items.map((user) => user.id).sort()).toEqual(
    [joan.userId, added.id].sort(),
  )

  const byGrace = await eventually(
    async () => (await joan.api.listAuditLogs({ query: { actorId: grace.userId, limit: 100 } })).data.items,
    (entries) =>
      ['organization.created', 'organization.suspended', 'organization.activated'].every((action) =>
        entries.some((entry) => entry.action === action),
      ) && entries.some((entry) => entry.resource.id === added.id),
  )
  for (const { actor } of byGrace)
    expect(actor).toEqual({ id: grace.userId, kind: 'member', name: 'Ada Lovelace', organizationId: grace.organizationId })
  expect(byGrace.find(({ action }) => action === 'organization.suspended')?.details).toEqual({ reason: 'Unpaid' })

  await joan.api.endProvider({})
  expect(await codeOf(grace.api.getCustomerOrganization({ params }))).toBe('NOT_FOUND')
  expect(await codeOf(grace.api.suspendOrganization({ params, body: { reason: 'Back' } }))).toBe('NOT_FOUND')
  expect(await codeOf(grace.api.createOrganizationUser({ params, body: { ...alan, email: freshMail() } }))).toBe('NOT_FOUND')
  expect(
    (
      await eventually(
        () => inList(id),
        (link) => link?.endedAt !== null,
      )
    )?.endedAt,
  ).toMatch(/Z$/)
  expect((await joan.api.getOrganization()).data).toMatchObject({ status: 'active', provider: { organizationId: grace.organizationId } })
})

test('with the link go the provider’s people within, their count and the invitations it made; nobody else does', async () => {
  const { id, name, joan } = await customer()
  const params = { id }
  const there = { headers: { 'x-organization-id': id } }
  const invited = async (email: string, roleIds?: string[]) => {
    const body = { email, firstName: 'Sam', lastName: 'Ward', ...(roleIds ? { roleIds } : {}) }
    const { data } = await grace.api.createOrganizationUser({ params, body })
    const mail = await mailTo(email, ({ subject, text }) => subject.includes(name) && /token=/.test(text))
    return { userId: data.id, token: tokenIn(mail) }
  }
  const [sam, tom, bob] = [await member(grace), await member(grace), await member(joan)]
  const [within, outside, stranger] = [
    await invited(sam.email, ['rol_admin']),
    await invited(tom.email, ['rol_admin']),
    await invited(freshMail('new')),
  ]
  await sam.api.acceptInvitation({ body: { token: within.token } })
  expect((await sam.api.listUsers(there)).data.items.length).toBeGreaterThan(2)
  expect(await codeOf(grace.api.resetUserMfa({ params: { id: sam.userId } }))).toBe('PERSON_OF_SEVERAL')

  await joan.api.endProvider({})
  expect(await codeOf(sam.api.listUsers(there))).toBe('NOT_FOUND')
  expect(await codeOf(tom.api.acceptInvitation({ body: { token: outside.token } }))).toBe('INVITATION_EXPIRED')
  expect(await codeOf(anonymous.acceptInvitation({ body: { token: stranger.token, password: PASSWORD } }))).toBe('INVITATION_EXPIRED')

  const left = await eventually(
    async () => (await joan.api.listUsers()).data.items.map((user) => user.id),
    (ids) => ids.length === 2,
  )
  expect(left.sort()).toEqual([joan.userId, bob.userId].sort())
  expect((await sam.api.getMe()).data.memberships.map(({ organizationId }) => organizationId)).toEqual([grace.organizationId])
  expect(await codeOf(tom.api.acceptInvitation({ body: { token: outside.token } }))).toBe('INVITATION_EXPIRED')

  // Whom the customer wants for itself, it brings back.
  await joan.api.restoreUser({ params: { id: sam.userId } })
  const again = await mailTo(sam.email, ({ text }) => /token=/.test(text) && !text.includes(within.token) && text.includes(name))
  await sam.api.acceptInvitation({ body: { token: tokenIn(again) } })
  expect((await sam.api.getOrganization(there)).data.id).toBe(id)
  await sam.api.leaveMembership({ params })
  expect(await codeOf(sam.api.leaveMembership({ params }))).toBe('NOT_FOUND')
  expect((await grace.api.resetUserMfa({ params: { id: sam.userId } })).status).toBe(200)
})

test('a customer that leaves is read and not written, and its closing waits, seen by both sides, and can be called off', async () => {
  const { id, joan } = await customer()
  const params = { id }
  const alan = await member(joan)
  await grace.api.offboardOrganization({ params, body: { reason: 'Contract ended' } })
  expect((await joan.api.listUsers()).data.items).toHaveLength(2)
  expect(await codeOf(joan.api.createUser({ body: { email: freshMail(), firstName: 'A', lastName: 'B' } }))).toBe(
    'ORGANIZATION_OFFBOARDING',
  )
  expect(await codeOf(joan.api.updateOrganization({ body: { name: 'Elsewhere' } }))).toBe('ORGANIZATION_OFFBOARDING')
  await joan.api.endUserSessions({ params: { id: alan.userId } })
  expect(await codeOf(alan.api.getMe())).toBe('INVALID_SESSION')
  await signIn(alan)
  expect(await codeOf(grace.api.activateOrganization({ params }))).toBe('INVALID_TRANSITION')
  const { status, closesAt } = (await grace.api.closeOrganization({ params })).data
  expect([status, Math.round((Date.parse(closesAt ?? '') - Date.now()) / 3_600_000)]).toEqual(['offboarding', 72])
  expect((await joan.api.getOrganization()).data.closesAt).toBe(closesAt)
  expect((await grace.api.cancelClosing({ params })).data.closesAt).toBeNull()
  const told = await eventually(
    async () => (await joan.api.listAuditLogs({ query: { actorId: grace.userId, limit: 100 } })).data.items.map(({ action }) => action),
    (actions) => actions.includes('organization.closing_cancelled'),
  )
  expect(told).toContain('organization.closing_scheduled')
})

describe('who has no business there', () => {
  test('another provider never sees the customer, and a customer organization has none', async () => {
    const { id, joan } = await customer()
    const rival = await founder('mss_provider')
    const params = { id }
    expect((await rival.api.listOrganizations()).data.items).toEqual([])
    expect(await codeOf(rival.api.getCustomerOrganization({ params }))).toBe('NOT_FOUND')
    expect(await codeOf(rival.api.updateCustomerOrganization({ params, body: { name: 'Mine' } }))).toBe('NOT_FOUND')
    expect(await codeOf(joan.api.listOrganizations())).toBe('FORBIDDEN')
    expect(await codeOf(joan.api.createCustomerOrganization({ body: { name: freshName() } }))).toBe('FORBIDDEN')
    expect(await codeOf(joan.api.getCustomerOrganization({ params }))).toBe('FORBIDDEN')
  })

  test("nor somebody who administrates the provider's own people, and none appoints there without the right to", async () => {
    const { id } = await customer()
    const params = { id }
    const [own, manager] = [await member(grace, ['rol_admin']), await member(grace, ['rol_account_manager'])]
    const eve = () => ({ email: freshMail('eve'), firstName: 'Eve', lastName: 'Green' })
    expect(await codeOf(own.api.listOrganizationUsers({ params }))).toBe('FORBIDDEN')
    expect(await codeOf(own.api.createOrganizationUser({ params, body: { ...eve(), roleIds: ['rol_admin'] } }))).toBe('FORBIDDEN')
    expect((await manager.api.listOrganizationUsers({ params })).status).toBe(200)
    expect((await manager.api.createOrganizationUser({ params, body: eve() })).status).toBe(201)
    expect(await codeOf(manager.api.createOrganizationUser({ params, body: { ...eve(), roleIds: ['rol_admin'] } }))).toBe('FORBIDDEN')
    expect((await grace.api.createOrganizationUser({ params, body: { ...eve(), roleIds: ['rol_admin'] } })).status).toBe(201)
  })

  test("the provider's person is nobody among the customer's own endpoints", async () => {
    const { id } = await customer()
    const response = await fetch(`http://localhost:${process.env.TESSERA_TEST_PORT}/api/v1/users`, {
      headers: { authorization: `Bearer ${grace.tokens?.accessToken}`, 'x-organization-id': id },
    })
    expect(response.status).toBe(404)
  })

  test('an organization that exists is not captured by its short name', async () => {
    const { joan } = await customer()
    const { slug } = (await joan.api.getOrganization()).data
    expect(await codeOf(grace.api.createCustomerOrganization({ body: { name: 'Mine now', slug } }))).toBe('SLUG_TAKEN')
  })
})

test('a customer whose moment has come is closed within a minute or so, and its members are let go', async () => {
  await eventually(
    () => inList(leaving.organizationId),
    (customer) => customer?.status === 'closed',
    1_000,
  )
  await eventually(
    () => codeOf(leaving.api.getMe()),
    (code) => code === 'INVALID_SESSION',
  )
})
