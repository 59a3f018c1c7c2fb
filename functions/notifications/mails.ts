import { asWords, type Mail } from '../../shared/mail/letter.ts'
import { addressed, type Recipient, write, yes } from './letters.ts'
import * as messages from './messages.ts'

/** Mails of arriving, leaving and news: pure functions of what they tell. */

export function invitationMail(to: Recipient & { invitedBy: string | undefined; url: string; expiresAt: string }): Mail {
  const { organization, at } = addressed(to)
  const inviter = { isNamed: yes(to.invitedBy !== undefined), invitedBy: asWords(to.invitedBy ?? '') }
  return write(to, messages.invitation, { organization, ...inviter, expiresAt: at(to.expiresAt) }, to)
}

export const welcomeMail = (to: Recipient & { url: string }): Mail =>
  write(to, messages.welcome, { organization: addressed(to).organization }, { url: to.url })

export function resetMail(to: Recipient & { code: string; url: string; expiresAt: string; isAsked: boolean }): Mail {
  const { organization, at } = addressed(to)
  return write(to, messages.passwordReset, { organization, code: to.code, isAsked: yes(to.isAsked), expiresAt: at(to.expiresAt) }, to)
}

export const newsMail = (to: Recipient & { title: string; body: string }): Mail =>
  write(to, messages.news, { organization: addressed(to).organization, title: asWords(to.title), body: asWords(to.body) })

export const passwordChangedMail = (to: Recipient & { at: string; how: 'reset' | 'changed' | 'forced' }): Mail =>
  write(to, messages.passwordChanged, { at: addressed(to).at(to.at), how: to.how })

export function lockedMail(to: Recipient & { at: string; reason: string }): Mail {
  const { organization, at } = addressed(to)
  return write(to, messages.locked, { organization, at: at(to.at), reason: asWords(to.reason) })
}
