import { beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { anonymous, clientOf, customerOf, eventually, founder, member, PASSWORD, refusal, type Someone } from './journey.ts'
import { staysFresh } from './stay-fresh.ts'

/** Who enters an organization without being one of its users: a provider's technician, and a program with an API key. */

const codeOf = async (call: Parameters<typeof refusal>[0]) => (await refusal(call)).code

describe('a technician', () => {
  let grace: Someone
  let joan: Someone
  let tess: Someone
  let there: { organizationId: string }
  beforeAll(async () => {
    grace = await founder('mss_provider')
    joan = await customerOf(grace)
    staysFresh(() => joan.api.stepUp({ body: { password: PASSWORD } }))
    tess = await member(grace, ['rol_technician'])
    there = { organizationId: joan.organizationId }
  }, 120_000)

  const grant = async (terms: object = {}) => {
    const body = { technicianId: tess.userId, accessLevel: 'read' as const, allowedServices: ['units', 'users'], ...terms }
    return (await joan.api.grantTechnicianAccess({ body })).data.id
  }
  const revoke = (id: string) => joan.api.revokeTechnicianAccess({ params: { id }, body: { reason: 'The work is done.' } })

  test('is asked for, approved, enters, is watched, and is refused everywhere at the next request after the end', async () => {
    expect(await codeOf(tess.api.listUsers({ ...there }))).toBe('NOT_FOUND')
    const asked = await tess.api.requestTechnicianAccess({
      body: {
        organizationId: joan.organizationId,
        accessLevel: 'write',
        allowedServices: ['units', 'users'],
        notes: 'To repair the import.',
      },
    })
    const { id } = asked.data
    expect(await codeOf(tess.api.listUsers({ ...there }))).toBe('NOT_FOUND')
    expect((await joan.api.approveTechnicianAccess({ params: { id } })).data).toMatchObject({ status: 'active', technicianId: tess.userId })
    expect((await tess.api.listCustomerAccess()).data.items).toMatchObject([{ organizationId: joan.organizationId, openNow: true }])

    const shown = (await tess.api.listUsers({ ...there })).data.items.map((user) => user.id)
    expect(shown).toEqual([joan.userId])
    const unit = await tess.api.createUnit({ ...there, body: { name: 'Imports', ownerId: joan.userId } })
    expect((await tess.api.getUnit({ ...there, params: { id: unit.data.id } })).data.name).toBe('Imports')
    expect(await codeOf(tess.api.deleteUnit({ ...there, params: { id: unit.data.id } }))).toBe('FORBIDDEN')
    expect(await codeOf(tess.api.listAuditLogs({ ...there }))).toBe('FORBIDDEN')
    expect(await codeOf(tess.api.getMe({ ...there }))).toBe('FORBIDDEN')
    expect((await tess.api.getMe()).data.user.id).toBe(tess.userId)
    expect((await joan.api.listUsers()).data.items.map((user) => user.id)).toEqual([joan.userId])

    const activity = await eventually(
      async () => (await joan.api.listTechnicianActivity({ params: { id }, query: { limit: 100 } })).data.items,
      (entries) => entries.filter(({ action }) => action === 'access.denied').length >= 3 && entries.length >= 7,
    )
    expect(activity.find(({ details }) => details.route === 'GET /api/v1/users')?.details.ids).toEqual(shown)
    expect(activity.filter(({ action }) => action === 'unit.created').map(({ resource }) => resource.id)).toEqual([unit.data.id])
    for (const { actor } of activity)
      expect(actor).toEqual({ id: tess.userId, kind: 'guest', name: 'Grace Hopper', organizationId: grace.organizationId })

    await revoke(id)
    const codes = [
      tess.api.listUsers({ ...there }),
      tess.api.getUnit({ ...there, params: { id: unit.data.id } }),
      tess.api.listUnits({ ...there }),
    ]
    expect(await Promise.all(codes.map(codeOf))).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'])
    expect((await tess.api.listCustomerAccess()).data.items).toEqual([])
    const refused = await eventually(
      async () => (await joan.api.listAuditLogs({ query: { actorId: tess.userId, action: 'access.denied', limit: 100 } })).data.items,
      (entries) => entries.filter(({ details }) => details.code === 'NOT_FOUND').length >= 3,
    )
    expect(refused.every(({ success }) => !success)).toBe(true)
  })

  test.each([
    ['from elsewhere', { ipRestrictions: ['203.0.113.0/24'] }],
    [
      'at other hours',
      { timeRestrictions: { timeZone: 'UTC', days: [((new Date().getUTCDay() + 2) % 7) + 1], from: '00:00', to: '00:01' } },
    ],
    ['elsewhere in the product', { allowedServices: ['units'] }],
  ])('let in %s alone is refused here and now', async (_, terms) => {
    const id = await grant(terms)
    expect(await codeOf(tess.api.listUsers({ ...there }))).toBe('FORBIDDEN')
    await revoke(id)
  })

  test('goes when their provider locks them, and when the customer ends the link', async () => {
    await grant()
    expect((await tess.api.listUsers({ ...there })).status).toBe(200)
    await grace.api.lockUser({ params: { id: tess.userId }, body: { reason: 'Suspicion' } })
    expect(['ACCOUNT_LOCKED', 'INVALID_SESSION']).toContain(await codeOf(tess.api.listUsers({ ...there })))
    const other = await member(grace, ['rol_technician'])
    await joan.api.grantTechnicianAccess({ body: { technicianId: other.userId, accessLevel: 'read', allowedServices: ['users'] } })
    expect((await other.api.listUsers({ ...there })).status).toBe(200)
    await joan.api.endProvider()
    expect(await codeOf(other.api.listUsers({ ...there }))).toBe('NOT_FOUND')
  })
})

describe('a program', () => {
  let ada: Someone
  beforeAll(async () => {
    ada = await founder()
  }, 60_000)

  const enter = async (apiKey: string) => {
    const { data } = await anonymous.exchangeKey({ body: { apiKey } })
    return clientOf({ tokens: { accessToken: data.accessToken, idToken: '', refreshToken: '' } })
  }

  test('exchanges its key, does what the key may, keeps its word to the maker, and is refused once the key is gone', async () => {
    const bea = await member(ada, ['rol_admin'])
    const { data: key } = await bea.api.createApiKey({ body: { name: 'Nightly import', permissions: ['units:read', 'units:create'] } })
    const { data } = await anonymous.exchangeKey({ body: { apiKey: key.secret } })
    expect(decodeJwt(data.accessToken)).toMatchObject({ username: key.id, org: ada.organizationId, maker: bea.userId })
    const program = clientOf({ tokens: { accessToken: data.accessToken, idToken: '', refreshToken: '' } })
    expect((await program.createUnit({ body: { name: 'Imported', ownerId: ada.userId } })).status).toBe(201)
    expect(await codeOf(program.listUsers())).toBe('FORBIDDEN')
    expect(await codeOf(program.getMe())).toBe('FORBIDDEN')
    expect(await codeOf(program.logout())).toBe('FORBIDDEN')

    await ada.api.setUserRoles({ params: { id: bea.userId }, body: { roleIds: ['rol_basic_user'] } })
    expect(await codeOf(program.listUnits())).toBe('FORBIDDEN')
    await ada.api.setUserRoles({ params: { id: bea.userId }, body: { roleIds: ['rol_admin'] } })
    expect((await program.listUnits()).data.items).toMatchObject([{ name: 'Imported' }])

    const entries = await eventually(
      async () => (await ada.api.listAuditLogs({ query: { actorId: key.id, limit: 100 } })).data.items,
      (found) => ['unit.created', 'access.denied', 'auth.login.success'].every((name) => found.some(({ action }) => action === name)),
    )
    expect(entries.every(({ actor }) => actor.kind === 'service' && actor.name === 'Nightly import')).toBe(true)

    await ada.api.deleteApiKey({ params: { id: key.id } })
    expect(await Promise.all([program.listUnits(), program.listUsers()].map(codeOf))).toEqual(['INVALID_SESSION', 'INVALID_SESSION'])
    expect(await codeOf(anonymous.exchangeKey({ body: { apiKey: key.secret } }))).toBe('INVALID_CREDENTIALS')
  })

  test('changes its secret without a break, or at once', async () => {
    const { data: first } = await ada.api.createApiKey({ body: { name: 'Import', permissions: ['units:read'] } })
    const params = { id: first.id }
    const { data: second } = await ada.api.rotateApiKey({ params, body: { overlapHours: 1 } })
    const [old, current] = [await enter(first.secret), await enter(second.secret)]
    expect([(await old.listUnits()).status, (await current.listUnits()).status]).toEqual([200, 200])
    const { data: third } = await ada.api.rotateApiKey({ params, body: {} })
    expect(await Promise.all([old.listUnits(), current.listUnits()].map(codeOf))).toEqual(['INVALID_SESSION', 'INVALID_SESSION'])
    expect(await codeOf(enter(second.secret))).toBe('INVALID_CREDENTIALS')
    expect((await (await enter(third.secret)).listUnits()).status).toBe(200)
  })
})
