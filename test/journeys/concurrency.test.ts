import { beforeAll, describe, expect, test } from '@jest/globals'
import { anonymous, founder, freshMail, PASSWORD, refusal, type Someone, signIn } from './journey.ts'

let ada: Someone
beforeAll(async () => {
  ada = await founder()
})
const somebody = (email = freshMail()) => ({ email, firstName: 'Grace', lastName: 'Hopper' })

describe('versions', () => {
  test('a change with an old ETag is refused, by every way to change a user', async () => {
    const made = await ada.api.createUser({ body: somebody() })
    const params = { id: made.data.id }
    const ifMatch = made.etag ?? ''
    expect(ifMatch).toBe('"1"')
    await ada.api.updateUser({ params, body: { department: 'A' }, ifMatch })
    const late = [
      ada.api.updateUser({ params, body: { department: 'B' }, ifMatch }),
      ada.api.replaceUser({ params, body: somebody(made.data.email), ifMatch }),
      ada.api.setUserRoles({ params, body: { roleIds: [] }, ifMatch }),
      ada.api.deactivateUser({ params, ifMatch }),
      ada.api.inviteUser({ params, ifMatch }),
      ada.api.deleteUser({ params, ifMatch }),
    ]
    for (const call of late) {
      const refused = await refusal(call)
      expect([refused.status, refused.code]).toEqual([412, 'PRECONDITION_FAILED'])
    }
    expect((await ada.api.getUser({ params })).data).toMatchObject({ department: 'A', version: 2 })
  })

  test('of many changes with the same ETag at the same moment, one is made', async () => {
    const made = await ada.api.createUser({ body: somebody() })
    const params = { id: made.data.id }
    const changes = Array.from({ length: 8 }, (_, n) =>
      ada.api.updateUser({ params, body: { department: `Room ${n}` }, ifMatch: made.etag ?? '' }).then(
        ({ data }) => data.department,
        ({ code }) => code,
      ),
    )
    const outcomes = await Promise.all(changes)
    const won = outcomes.filter((outcome) => outcome.startsWith('Room'))
    expect(won).toHaveLength(1)
    const refused = outcomes.filter((outcome) => !outcome.startsWith('Room'))
    expect(refused.every((code) => ['PRECONDITION_FAILED', 'VERSION_CONFLICT'].includes(code))).toBe(true)
    expect((await ada.api.getUser({ params })).data).toMatchObject({ department: won[0], version: 2 })
  })

  test('who has the current version gets 304 without a body', async () => {
    const { etag = '' } = await ada.api.getUser({ params: { id: ada.userId } })
    const again = await ada.api.getUser({ params: { id: ada.userId }, ifNoneMatch: etag })
    expect([again.status, again.data, again.etag]).toEqual([304, undefined, etag])
    expect((await ada.api.getUser({ params: { id: ada.userId }, ifNoneMatch: '"0", W/"99"' })).status).toBe(200)
    const organization = await ada.api.getOrganization()
    expect((await ada.api.getOrganization({ ifNoneMatch: organization.etag ?? '' })).status).toBe(304)
  })
})

describe('Idempotency-Key', () => {
  test('the same key and body replay the first answer and change nothing', async () => {
    const body = somebody()
    const first = await ada.api.createUser({ body, idempotencyKey: body.email })
    await ada.api.updateUser({ params: { id: first.data.id }, body: { department: 'Since changed' } })
    const again = await ada.api.createUser({ body, idempotencyKey: body.email })
    expect([again.status, again.data, again.headers.get('idempotency-replayed')]).toEqual([201, first.data, 'true'])
    expect([again.etag, again.headers.get('location')]).toEqual([first.etag, first.headers.get('location')])
    expect(first.headers.get('idempotency-replayed')).toBeNull()
  })

  test('the same key with another body is refused', async () => {
    const body = somebody()
    await ada.api.createUser({ body, idempotencyKey: body.email })
    const refused = await refusal(ada.api.createUser({ body: { ...body, lastName: 'Murray' }, idempotencyKey: body.email }))
    expect([refused.status, refused.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  })

  test('of many duplicates at the same moment one is made; the others replay it or are told to wait', async () => {
    const body = somebody()
    const before = (await ada.api.listUsers({ query: { limit: 100 } })).data.items.length
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        ada.api.createUser({ body, idempotencyKey: body.email }).then(
          ({ data, headers }) => [data.id, headers.get('idempotency-replayed') ?? 'made'],
          ({ status, code }) => [status, code],
        ),
      ),
    )
    expect(answers.filter(([, how]) => how === 'made')).toHaveLength(1)
    const ids = answers.filter(([, how]) => how === 'made' || how === 'true').map(([id]) => id)
    expect(new Set(ids).size).toBe(1)
    const rest = answers.filter(([, how]) => how !== 'made' && how !== 'true')
    expect(rest.every(([status, code]) => status === 409 && code === 'REQUEST_IN_PROGRESS')).toBe(true)
    expect(before).toBeGreaterThan(0)
    const replayed = await ada.api.createUser({ body, idempotencyKey: body.email })
    expect([replayed.data.id, replayed.headers.get('idempotency-replayed')]).toEqual([ids[0], 'true'])
  })

  test('a key counts for its endpoint and its caller only, and a refused request leaves no answer behind', async () => {
    const idempotencyKey = 'shared-key'
    const first = (await ada.api.createUser({ body: somebody(), idempotencyKey })).data
    expect((await ada.api.inviteUser({ params: { id: first.id }, idempotencyKey })).status).toBe(200)
    const eve = await founder()
    expect((await eve.api.createUser({ body: somebody(), idempotencyKey })).headers.get('idempotency-replayed')).toBeNull()
    const taken = somebody(ada.email)
    expect((await refusal(ada.api.createUser({ body: taken, idempotencyKey: 'refused' }))).code).toBe('EMAIL_TAKEN')
    expect((await ada.api.createUser({ body: somebody(), idempotencyKey: 'refused' })).status).toBe(201)
  })
})

describe('50 registrations at the same moment', () => {
  const attempt = (email: string, slug: string) =>
    anonymous
      .register({ body: { organization: { name: 'Race', slug }, admin: { email, password: PASSWORD, firstName: 'A', lastName: 'B' } } })
      .then(
        ({ data }) => ({ outcome: '201', id: data.user.id, email }),
        ({ status, code }) => ({ outcome: `${status} ${code}`, id: '', email }),
      )
  const slugOf = (mail: string) => mail.replace(/[^a-z0-9]/g, '-').slice(0, 60)

  test('with one mail address: one wins, the rest get 409, and the winner can sign in', async () => {
    const email = freshMail('race')
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => attempt(email, `${slugOf(freshMail('race'))}${n}`)))
    const won = answers.filter(({ outcome }) => outcome === '201')
    expect(won).toHaveLength(1)
    expect(answers.filter(({ outcome }) => outcome === '409 EMAIL_TAKEN')).toHaveLength(49)
    const winner = { email, userId: won[0]?.id } as Someone
    await signIn(winner)
    expect(winner.tokens?.accessToken).toBeTruthy()
  })

  test('with one short name: one wins, the rest get 409, and only the winner can sign in', async () => {
    const slug = slugOf(freshMail('race'))
    const answers = await Promise.all(Array.from({ length: 50 }, () => attempt(freshMail('racer'), slug)))
    const won = answers.filter(({ outcome }) => outcome === '201')
    expect(won).toHaveLength(1)
    expect(answers.filter(({ outcome }) => outcome === '409 SLUG_TAKEN')).toHaveLength(49)
    await signIn({ email: won[0]?.email } as Someone)
    const loser = answers.find(({ outcome }) => outcome !== '201')
    expect((await refusal(anonymous.login({ body: { email: loser?.email ?? '', password: PASSWORD } }))).code).toBe('INVALID_CREDENTIALS')
  })
})
