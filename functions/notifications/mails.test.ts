import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LANGUAGES } from '../../shared/language.ts'
import { invitationMail, lockedMail, newsMail, passwordChangedMail, resetMail, welcomeMail } from './mails.ts'
import { accountExistsMail, registrationMail } from './registration-mails.ts'

const to = { locale: 'en', organization: 'Ferns & Sons', firstName: 'Ada' }
const expiresAt = '2026-11-22T04:30:00.000Z'
const sender = 'Tessera <no-reply@example.com>'
const url = 'https://app.example.com/accept-invitation?token=abc-_123'

const all = (organization: string, firstName: string, locale = 'en') => {
  const them = { locale, organization, firstName }
  return [
    registrationMail({ ...them, sender, code: '042137', url, expiresAt }),
    accountExistsMail({ locale, organization, sender, url: 'https://app.example.com' }),
    invitationMail({ ...them, invitedBy: firstName, url, expiresAt }),
    invitationMail({ ...them, invitedBy: undefined, url, expiresAt }),
    welcomeMail({ ...them, url: 'https://app.example.com' }),
    resetMail({ ...them, code: '042137', url, expiresAt, isAsked: true }),
    resetMail({ ...them, code: '042137', url, expiresAt, isAsked: false }),
    passwordChangedMail({ ...them, at: expiresAt, how: 'reset' }),
    lockedMail({ ...them, at: expiresAt, reason: firstName }),
    newsMail({ ...them, title: firstName, body: organization }),
  ]
}

describe('the text is complete without the HTML', () => {
  test('a code stands in it as six digits, and until when it is good', () => {
    const { text, html, subject } = registrationMail({ ...to, sender, code: '042137', url, expiresAt })
    expect(text.match(/\b\d{6}\b/g)).toEqual(['042137'])
    expect(text).toContain('22 November 2026 at 04:30 UTC')
    expect(html).toContain('042137')
    expect(subject).toContain('042137')
  })

  test('the code of a reset too, whoever asked for it', () => {
    for (const isAsked of [true, false]) expect(resetMail({ ...to, code: '999000', url, expiresAt, isAsked }).text).toMatch(/^ {4}999000$/m)
  })

  test('a link stands in it unbroken, with its token', () => {
    const { text, html } = invitationMail({ ...to, invitedBy: 'Grace Hopper', url, expiresAt })
    expect(text).toContain(`\n${url}\n`)
    expect(html).toContain(`href="${url}"`)
    expect(text).toContain('Grace Hopper invites you to Ferns & Sons.')
  })

  test('the reason of a lock is told', () =>
    expect(lockedMail({ ...to, at: expiresAt, reason: 'Lost laptop' }).text).toContain('Lost laptop'))
})

describe('names are other people’s words', () => {
  test('what they put into the HTML is escaped', () => {
    for (const { html } of all('<script>alert(1)</script>', '"><img src=x onerror=alert(1)>')) {
      expect(html).not.toContain('<script')
      expect(html).not.toContain('<img')
    }
    expect(welcomeMail({ ...to, url }).html).toContain('Ferns &amp; Sons')
  })

  test.each(LANGUAGES)('in %s they open no tag, no line of the subject and no paragraph of the text', (locale) => {
    const name = fc.string({ minLength: 1, unit: 'binary' })
    fc.assert(
      fc.property(name, name, (organization, firstName) => {
        const plain = all('X', 'X', locale)
        for (const [n, { subject, text, html }] of all(organization, firstName, locale).entries()) {
          expect(subject).not.toMatch(/[\r\n]/)
          expect(text.split('\n')).toHaveLength(plain[n]?.text.split('\n').length ?? -1)
          expect(html.match(/</g)).toHaveLength(plain[n]?.html.match(/</g)?.length ?? -1)
        }
      }),
      { numRuns: 30 },
    )
  })

  test.each(LANGUAGES)('no part of them becomes a link in %s, in whatever script it is written', (locale) => {
    const tricks = [
      'acme.com',
      'https://evil.example/x',
      'www.evil',
      'ⅰ.evil。com',
      'bob@evil.example',
      'Pay at EVIL．COM now',
      '203.0.113.9/x',
    ]
    const found = /:\/\/|www\.\S|[\p{L}\p{N}][.．。｡][\p{L}\p{N}]/iu
    const own = /https:\/\/app\.example\.com\S*/g
    for (const trick of tricks) {
      for (const { subject, text } of all(trick, trick, locale)) expect(`${subject}\n${text}`.replace(own, '')).not.toMatch(found)
    }
  })

  test('a stranger’s do not stand at the head of a mail about a registration', () => {
    const mails = [
      registrationMail({ locale: 'en', sender, organization: 'Your Bank', firstName: 'Ada', code: '042137', url, expiresAt }),
      accountExistsMail({ locale: 'en', sender, organization: 'Your Bank', url }),
    ]
    for (const { subject, text } of mails) {
      expect(subject).not.toContain('Bank')
      expect(text).toContain('“Your Bank”')
      expect(text).toContain('-- \nTessera\n')
    }
  })

  test('they are cut where they stop being names', () =>
    expect(welcomeMail({ ...to, organization: 'x'.repeat(5000), url }).subject.length).toBeLessThanOrEqual(120))
})
