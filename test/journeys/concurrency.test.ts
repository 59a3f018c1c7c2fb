import { beforeAll, describe, expect, test } from '@jest/globals'
import { anonymous, eventually, founder, freshMail, mailsTo, mailTo, PASSWORD, refusal, type Someone, signIn, tokenIn } from './journey.ts'

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
  const begin = async (email: string, slug: string) => {
    const admin = { email, password: PASSWORD, firstName: 'A', lastName: 'B' }
    return (await anonymous.register({ body: { organization: { name: 'Race', slug }, admin } })).data.registrationId
  }
  const prove = (token: string) =>
    anonymous.verifyEmail({ body: { token, password: PASSWORD } }).then(
      ({ status }) => String(status),
      ({ status, code }) => `${status} ${code}`,
    )
  const slugOf = (mail: string) => mail.replace(/[^a-z0-9]/g, '-').slice(0, 60)
  const counted = (outcomes: string[]) =>
    Object.fromEntries([...new Set(outcomes)].map((each) => [each, outcomes.filter((o) => o === each).length]))

  test('with one mail address are all begun, and no more mails are sent than anybody may get a day; of those proofs one wins', async () => {
    const email = freshMail('race')
    const begun = await Promise.all(Array.from({ length: 50 }, (_, n) => begin(email, `${slugOf(freshMail('race'))}${n}`)))
    expect(new Set(begun).size).toBe(50)
    const mails = await eventually(
      () => mailsTo(email),
      (all) => all.length >= 10,
    )
    const outcomes = await Promise.all(mails.map((mail) => prove(tokenIn(mail))))
    expect(counted(outcomes)).toEqual({ 201: 1, '409 EMAIL_TAKEN': 9 })
    const winner = { email } as Someone
    await signIn(winner)
    expect(winner.tokens?.accessToken).toBeTruthy()
  })

  test('with one short name: the first proof gets it, the rest are told 409, and only the winner can sign in', async () => {
    const slug = slugOf(freshMail('race'))
    const racers = Array.from({ length: 50 }, () => freshMail('racer'))
    await Promise.all(racers.map((email) => begin(email, slug)))
    const tokens = await Promise.all(racers.map(async (email) => tokenIn(await mailTo(email))))
    const outcomes = await Promise.all(tokens.map(prove))
    expect(counted(outcomes)).toEqual({ 201: 1, '409 SLUG_TAKEN': 49 })
    const won = racers[outcomes.indexOf('201')] ?? ''
    await signIn({ email: won } as Someone)
    const loser = racers.find((email) => email !== won) ?? ''
    expect((await refusal(anonymous.login({ body: { email: loser, password: PASSWORD } }))).code).toBe('INVALID_CREDENTIALS')
  })
})
