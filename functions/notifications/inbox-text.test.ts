import { describe, expect, test } from '@jest/globals'
import { systemRoles } from '../../shared/access/system-roles.ts'
import { LANGUAGES } from '../../shared/language.ts'
import { toView, wordsOf } from './inbox-text.ts'
import { roles } from './messages.ts'
import { newsOf } from './news.ts'

const message = { id: 'ntf_1', type: 'user.unlocked', createdAt: '2026-03-01T10:00:00.000Z' }

describe('the words of a message', () => {
  test('are those of whoever reads it, however the tag goes on', () => {
    const told = { type: 'user.joined', parameters: { name: 'Grace Hopper' } }
    expect(['de', 'de-CH', 'DE-at'].map((locale) => wordsOf(told, locale).title)).toEqual(Array(3).fill('Grace Hopper ist dabei'))
    expect([undefined, 'en', 'en-NZ', 'mi', 'den'].map((locale) => wordsOf(told, locale).title)).toEqual(
      Array(5).fill('Grace Hopper joined'),
    )
  })

  test.each([
    [{ added: ['rol_admin'], removed: [] }, 'Ada gave you Administrator.', 'Ada hat Ihnen Administration gegeben.'],
    [{ added: [], removed: ['rol_own'] }, 'Ada took rol_own from you.', 'Ada hat Ihnen rol_own entzogen.'],
    [{ added: [], removed: [] }, 'Ada put your roles into another order.', 'Ada hat Ihre Rollen anders geordnet.'],
  ])('tell of roles %j what happened to them', (parameters, english, german) => {
    const told = { type: 'user.roles_changed', parameters: { actor: 'Ada', ...parameters } }
    expect([wordsOf(told, 'en').body, wordsOf(told, 'de').body]).toEqual([english, german])
  })

  test('claim nothing of a kind that is not known, nor of parameters in another form', () => {
    const unknown = [
      { type: 'user.abducted', parameters: {} },
      { type: 'constructor' },
      { type: 'user.roles_changed', parameters: { added: 'rol_admin' } },
      { type: 'user.joined' },
    ]
    for (const told of unknown) {
      expect(wordsOf(told, 'en')).toEqual({
        title: 'Something happened',
        body: `This message is of a kind that cannot be shown here: ${told.type}.`,
      })
    }
  })

  test('stay as they are where they were stored once', () =>
    expect(toView({ ...message, title: 'Your account was unlocked', body: 'Ada unlocked your account.' }, 'de')).toEqual({
      ...message,
      title: 'Your account was unlocked',
      body: 'Ada unlocked your account.',
    }))

  test('are made of values, never of syntax in them', () => {
    const name = "{actor} '{x}' {n, plural, one {#} other {#}}"
    expect(wordsOf({ type: 'user.joined', parameters: { name } }, 'en').title).toBe(`${name} joined`)
  })
})

test('an event of which nothing is told makes no message, and never one of another kind', () => {
  const event = { type: 'user.locked', aggregateId: 'usr_1', data: {}, metadata: {} }
  expect(newsOf({ event } as unknown as Parameters<typeof newsOf>[0])).toBeUndefined()
})

test('every system role has its name in every language, in English the one it is listed by', () => {
  expect(roles.en()).toEqual(Object.fromEntries(systemRoles.map(({ id, displayName }) => [id, displayName])))
  for (const language of LANGUAGES) expect(Object.keys(roles[language]())).toEqual(Object.keys(roles.en()))
})
