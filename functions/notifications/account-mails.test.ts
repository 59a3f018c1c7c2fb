import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LANGUAGES } from '../../shared/language.ts'
import * as mails from './account-mails.ts'

const at = '2026-11-22T04:30:00.000Z'
const url = 'https://app.example.com/undo-email-change?token=abc-_123'

const all = (organization: string, firstName: string, locale = 'en') => {
  const to = { locale, organization, firstName }
  const member = { ...to, member: firstName, userId: 'usr_1' }
  const ipAddress = '203.0.113.7'
  return [
    mails.nextAddressMail({ ...to, code: '042137', expiresAt: at }),
    mails.addressTakenMail({ locale, organization }),
    mails.mailChangeNotice({ ...to, next: 'ada@example.org', at, by: 'person', ipAddress }),
    mails.mailChangeNotice({ ...to, next: 'ada@example.org', at, by: 'organization', ipAddress }),
    mails.mailChangedMail({ ...to, next: 'ada@example.org', at, url, expiresAt: at }),
    mails.mailConfirmedMail({ ...to, at, ipAddress }),
    mails.undoneMail({ ...to, at, undone: 'ada@example.org' }),
    mails.undoneThereMail({ ...to, at }),
    mails.recoveryMail({ ...to, at, completesAt: at, url, ipAddress }),
    mails.recoveryRefusedMail({ ...to, at, isOwn: true }),
    mails.recoveryRefusedMail({ ...to, at, isOwn: false }),
    mails.homeMail({ ...to, at, ipAddress }),
    mails.reapprovedMail({ ...to, at }),
    mails.recoveryToJudgeMail({ ...member, completesAt: at }),
    mails.reapprovalMail({ ...member, at }),
  ]
}

describe('a mail about whose an account is', () => {
  test('shows a code as six digits, and a link unbroken', () => {
    const [code, , , , changed] = all('Acme', 'Ada')
    expect(code?.text).toMatch(/^ {4}042137$/m)
    expect(changed?.text).toContain(`\n${url}\n`)
  })

  test('says when, from where and who asked', () => {
    const [, , own, theirs] = all('Acme', 'Ada')
    expect(own?.text).toContain('Somebody signed in as you asked on 22 November 2026 at 04:30 UTC from 203.0.113.7')
    expect(theirs?.text).toContain('An administrator of Acme asked')
  })

  test.each(LANGUAGES)('is forged in %s by no name: no line of the subject, no paragraph, no tag, no link but ours', (locale) => {
    const name = fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.constantFrom('https://evil.example', 'www.evil.example/x'))
    const plain = all('X', 'X', locale)
    fc.assert(
      fc.property(name, name, (organization, firstName) => {
        for (const [n, { subject, text, html }] of all(organization, firstName, locale).entries()) {
          expect(subject).not.toMatch(/[\r\n]/)
          expect(text.split('\n')).toHaveLength(plain[n]?.text.split('\n').length ?? -1)
          expect(html.match(/</g)).toHaveLength(plain[n]?.html.match(/</g)?.length ?? -1)
          expect(text.replaceAll(url, '')).not.toMatch(/https?:\/\/\S|www\.\S/)
        }
      }),
      { numRuns: 50 },
    )
  })
})
