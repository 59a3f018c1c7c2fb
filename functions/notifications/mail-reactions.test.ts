import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { passwordChanged, passwordForgotten } from '../../events/identity.ts'
import { userDeleted, userInvited, userJoined, userLocked, userPasswordResetRequested } from '../../events/users.ts'
import type { DomainEvent, EventType } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { changed } from '../../shared/store/entity.ts'
import { budgetKey, doneKey, linkKey, mailsKey, organizationKey, personKey, resetKey, signalPartition } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { tableFor } from '../../shared/store/table.ts'
import { patch, put, remove, save } from '../../shared/store/writes.ts'
import { codeHash, hashOf, mailHash } from '../../shared/tokens.ts'
import { sentBy } from '../../test/workbench/letters.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { invite, personOf, register, registerAgain, type User, users } from '../users/door.ts'
import { handler as onPasswordChanged } from './on-password-changed.ts'
import { handler as onPasswordReset } from './on-password-reset.ts'
import { handler as onUserArrived } from './on-user-arrived.ts'
import { handler as onUserInvited } from './on-user-invited.ts'
import { handler as onUserLocked } from './on-user-locked.ts'

const bench = workbench()
let ada: Person
beforeAll(async () => {
  ada = await bench.founder()
})
beforeEach(() => {
  bench.mails.splice(0)
})

const lookups = () => tableFor(undefined, meter())

const sent = () => sentBy(bench)

/** A user as `begin` makes them, stored, with the event that was stored with them. */
async function stored(begin: typeof invite): Promise<{ user: User; event: DomainEvent }> {
  const id = newId('usr')
  const at = new Date().toISOString()
  const { organizationId } = ada
  const change = begin({
    id,
    organizationId,
    email: `${id}@example.com`,
    firstName: 'Grace',
    lastName: 'Hopper',
    roleIds: ['rol_basic_user'],
    by: ada.userId,
    at,
  })
  await bench.tenant(organizationId).commit(save(users, change))
  return { user: change.after, event: await lastEvent(id) }
}

async function lastEvent(id: string): Promise<DomainEvent> {
  const event = (await bench.tenant(ada.organizationId).events(users, id)).at(-1)
  if (!event) throw new Error(`${id} has no event.`)
  return event
}

/** The next change of a user, and its event. */
async function moved(user: User, patch: Partial<User>, event: EventType, data: Record<string, unknown> = {}) {
  const change = changed(user, patch, { event, at: new Date().toISOString(), data })
  await bench.tenant(ada.organizationId).commit(save(users, change))
  return { user: change.after, event: await lastEvent(user.id) }
}

/** An event that no aggregate numbers. */
const told = (type: EventType, user: User, data: Record<string, unknown>): DomainEvent => ({
  id: newId('evt'),
  type: type.name,
  version: 0,
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: user.id,
  organizationId: user.organizationId,
  timestamp: new Date().toISOString(),
  data,
  changes: {},
  metadata: { actorId: user.id, actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's' },
})

const codeIn = (mail: { text: string } | undefined) => /^ {4}(\d{6})$/m.exec(mail?.text ?? '')?.[1] ?? 'no code'

async function signals(): Promise<Record<string, unknown>[]> {
  const { items } = await bench.tenant(ada.organizationId).list<Record<string, unknown>>({
    partitions: [signalPartition(new Date().toISOString().slice(0, 10))],
    limit: 100,
  })
  return items
}

describe('an invitation', () => {
  test('carries a link whose token was stored for this very person', async () => {
    const { user, event } = await stored(invite)
    expect(await bench.react(onUserInvited, event)).toEqual([])
    const token = /http:\/\/localhost:3000\/accept-invitation\?token=([\w-]{43})\n/.exec(sent()[0]?.text ?? '')?.[1] ?? ''
    const [record] = await lookups().read([linkKey('invitation', hashOf(token))])
    expect(record).toMatchObject({ userId: user.id, organizationId: ada.organizationId, email: user.email })
  })

  test('names who invites', async () => {
    const { event } = await stored(invite)
    const metadata = { ...event.metadata, actorKind: 'member' as const, actorName: 'Ada Lovelace' }
    await bench.react(onUserInvited, { ...event, metadata })
    expect(sent()[0]?.text).toContain('Ada Lovelace invites you to Bench.')
  })

  test('goes out again with another token', async () => {
    const first = await stored(invite)
    const second = await moved(first.user, { invitedAt: new Date().toISOString() }, userInvited, personOf(first.user))
    await bench.react(onUserInvited, first.event, second.event)
    const tokens = sent().map(({ text }) => /token=(\S+)/.exec(text)?.[1])
    expect(new Set(tokens).size).toBe(2)
  })

  test('goes neither to who registered, nor to who is removed by now', async () => {
    const { event } = await stored(register)
    const invited = await stored(invite)
    await moved(invited.user, { deletedAt: new Date().toISOString() }, userDeleted)
    await bench.react(onUserInvited, event, invited.event)
    expect(sent()).toEqual([])
  })
})

describe('a welcome', () => {
  test('goes to who accepted an invitation', async () => {
    const { user } = await stored(invite)
    const { event } = await moved(user, { status: 'active', emailVerified: true }, userJoined, personOf(user))
    await bench.react(onUserArrived, event)
    expect(sent()).toMatchObject([{ to: user.email, subject: 'Welcome to Bench' }])
  })

  test('goes to who registered, and not for a further organization of theirs', async () => {
    const { user, event } = await stored(register)
    const { event: further } = await stored((who) => registerAgain(who, false))
    expect(await bench.react(onUserArrived, event, further)).toEqual([])
    expect(sent()).toMatchObject([{ to: user.email, subject: 'Welcome to Bench' }])
  })

  test('goes out once, however often they come back', async () => {
    const { user } = await stored(invite)
    const first = await moved(user, { status: 'active', emailVerified: true }, userJoined, personOf(user))
    const again = await moved(first.user, {}, userJoined, personOf(user))
    await bench.react(onUserArrived, again.event, first.event)
    expect(sent()).toHaveLength(1)
    expect(await bench.react(onUserArrived, { ...first.event, id: newId('evt'), version: 60 })).toEqual([])
    expect(sent()).toHaveLength(1)
  })
})

describe('a new password', () => {
  const account = async () => {
    const { user } = await stored(register)
    const person = { id: user.id, email: `proven-${user.email}`, homeOrganizationId: ada.organizationId, elsewhere: 0, epoch: 1 }
    await bench.tenant(ada.organizationId).commit(put(personKey(user.id), person))
    return { user, email: person.email }
  }

  test('takes the code or the link that were stored, at the address that the person proved, whoever asked', async () => {
    const { user, email } = await account()
    for (const event of [told(passwordForgotten, user, { userId: user.id }), told(userPasswordResetRequested, user, personOf(user))]) {
      expect(await bench.react(onPasswordReset, event)).toEqual([])
      const { to, text } = sent().at(-1) ?? {}
      const token = /reset-password\?token=([\w-]{43})\n/.exec(text ?? '')?.[1] ?? ''
      const [code, link] = await lookups().read([resetKey(mailHash(email)), linkKey('reset', hashOf(token))])
      expect(to).toBe(email)
      expect(code).toMatchObject({ hash: codeHash(codeIn(sent().at(-1)), user.id), tokenHash: hashOf(token) })
      expect(link).toMatchObject({ kind: 'reset', personId: user.id, email })
    }
    expect(sent().map(({ text }) => text.includes('An administrator of Bench'))).toEqual([false, true])
  })

  test('is for nobody who has no account', async () => {
    const { user } = await stored(invite)
    expect(await bench.react(onPasswordReset, told(passwordForgotten, user, { userId: user.id }))).toEqual([])
    expect(sent()).toEqual([])
  })
})

test('a new password and a lock are told, the lock with its reason', async () => {
  const { user } = await stored(register)
  await bench.react(onPasswordChanged, told(passwordChanged, user, { userId: user.id, how: 'changed' }))
  await bench.react(onUserLocked, told(userLocked, user, { reason: 'Lost laptop' }))
  expect(sent().map(({ subject }) => subject)).toEqual(['Your password was changed', 'Your account at Bench is locked'])
  expect(sent()[1]?.text).toContain('Lost laptop')
})

test('a mail is in the language of whoever gets it: subject, text and HTML', async () => {
  const { event } = await stored((who) => invite({ ...who, locale: 'de-AT' }))
  await bench.react(onUserInvited, event)
  const [mail] = sent()
  expect(mail?.subject).toBe('Ihre Einladung zu Bench')
  expect(mail?.text).toMatch(/^Guten Tag Grace,\n[\s\S]*\nEinladung annehmen:\nhttps?:/)
  expect(mail?.text).toMatch(/bis \d+\. \S+ \d{4} um \d\d:\d\d UTC/)
  expect(mail?.html).toContain('<html lang="de">')
})

describe('whatever is delivered twice', () => {
  test('is mailed once, and its sending told once, without the address', async () => {
    const { user, event } = await stored(invite)
    await bench.react(onUserInvited, event)
    await bench.react(onUserInvited, event)
    expect(sent()).toHaveLength(1)
    const about = (await signals()).filter(({ aggregateId }) => aggregateId === user.id)
    expect(about).toMatchObject([{ type: 'email.sent', aggregateType: 'user' }])
    expect(JSON.stringify(about)).not.toContain(user.email)
  })

  test('is mailed again where a stop left it open, and its sending told once all the same', async () => {
    const { user, event } = await stored(invite)
    await bench.react(onUserInvited, event)
    await bench.tenant(ada.organizationId).commit(remove(doneKey(ada.organizationId, 'notifications-on-user-invited', event.id)))
    expect(await bench.react(onUserInvited, event)).toEqual([])
    expect(sent()).toHaveLength(2)
    expect((await signals()).filter(({ aggregateId }) => aggregateId === user.id)).toHaveLength(1)
    expect(await bench.react(onUserInvited, event)).toEqual([])
    expect(sent()).toHaveLength(2)
  })

  test('is mailed with a link that works, when the first mail was lost', async () => {
    const { user, event } = await stored(invite)
    process.env.AWS_ENDPOINT_URL_SESV2 = 'http://127.0.0.1:1'
    expect(await bench.react(onUserInvited, event)).toEqual(['message-0'])
    delete process.env.AWS_ENDPOINT_URL_SESV2
    expect((await signals()).filter(({ aggregateId }) => aggregateId === user.id)).toEqual([])
    expect(await bench.react(onUserInvited, event)).toEqual([])
    const token = /token=([\w-]{43})/.exec(sent()[0]?.text ?? '')?.[1] ?? ''
    expect((await lookups().read([linkKey('invitation', hashOf(token))]))[0]).toMatchObject({ userId: user.id })
  })
})

describe('what a day takes of one kind', () => {
  const today = () => new Date().toISOString().slice(0, 10)
  const locked = (user: User) => told(userLocked, user, { reason: 'x' })
  const suppressed = async (organizationId: string) => {
    const { items } = await bench
      .tenant(organizationId)
      .list<Record<string, unknown>>({ partitions: [signalPartition(today())], limit: 100 })
    return items.filter(({ type }) => type === 'email.suppressed')
  }

  test('is ten mails to one address, by whichever organization, and twenty notices of danger; the trace stands once', async () => {
    const { user } = await stored(invite)
    const events = await Promise.all(
      Array.from({ length: 13 }, () => told(userInvited, user, personOf(user))).map((event) => bench.react(onUserInvited, event)),
    )
    expect(events.flat()).toEqual([])
    expect(sent()).toHaveLength(10)
    expect(await suppressed(ada.organizationId)).toMatchObject([{ aggregateId: user.id }])
    for (let n = 0; n < 22; n++) await bench.react(onUserLocked, locked(user))
    expect(sent()).toHaveLength(30)
    const [counted] = await lookups().read([mailsKey(mailHash(user.email), `invitation#${today()}`)])
    expect(counted).toMatchObject({ used: 10 })
  })

  test('is a hundred out of an organization on trial, a thousand else; who is over takes nothing of the recipient’s', async () => {
    const { user } = await stored(invite)
    const key = budgetKey(ada.organizationId, `mail#account_locked#${today()}`)
    await bench.tenant(ada.organizationId).commit(put(key, { used: 100 }))
    await bench.react(onUserLocked, locked(user))
    expect(sent()).toEqual([])
    const [counted] = await lookups().read([mailsKey(mailHash(user.email), `account_locked#${today()}`)])
    expect(counted).toMatchObject({ used: 0 })
    await bench.tenant(ada.organizationId).commit(patch(organizationKey(ada.organizationId), { status: 'active' }))
    await bench.react(onUserLocked, locked(user))
    expect(sent()).toHaveLength(1)
  })
})
