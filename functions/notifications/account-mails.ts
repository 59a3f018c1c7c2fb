import { asWords, type Mail, oneLine } from '../../shared/mail/letter.ts'
import { addressed, fromAddress, type Recipient, write, yes } from './letters.ts'
import * as messages from './messages.ts'

/** Mails about whose an account is (its address, its recovery, its home), which nobody can refuse: pure functions of what they tell. */

interface Asked {
  at: string
  ipAddress: string | undefined
}

export const nextAddressMail = (to: Recipient & { code: string; expiresAt: string }): Mail =>
  write(to, messages.nextAddress, { code: to.code, expiresAt: addressed(to).at(to.expiresAt) }, { code: to.code })

export const addressTakenMail = (to: Recipient): Mail => write(to, messages.addressTaken, undefined)

export function mailChangeNotice(to: Recipient & Asked & { next: string; by: 'person' | 'organization' }): Mail {
  const { organization, at } = addressed(to)
  const asked = { organization, by: to.by, at: at(to.at), ...fromAddress(to.ipAddress) }
  return write(to, messages.mailChangeAsked, { ...asked, next: oneLine(to.next) })
}

export function mailChangedMail(to: Recipient & { next: string; at: string; url: string; expiresAt: string }): Mail {
  const { at } = addressed(to)
  return write(to, messages.mailChanged, { at: at(to.at), next: oneLine(to.next), expiresAt: at(to.expiresAt) }, { url: to.url })
}

export const mailConfirmedMail = (to: Recipient & Asked): Mail =>
  write(to, messages.mailConfirmed, { at: addressed(to).at(to.at), ...fromAddress(to.ipAddress) })

export const undoneMail = (to: Recipient & { at: string; undone: string }): Mail =>
  write(to, messages.mailUndone, { at: addressed(to).at(to.at), undone: oneLine(to.undone) })

export const undoneThereMail = (to: Recipient & { at: string }): Mail => write(to, messages.mailLost, { at: addressed(to).at(to.at) })

export function recoveryMail(to: Recipient & Asked & { completesAt: string; url: string }): Mail {
  const { at } = addressed(to)
  const parameters = { at: at(to.at), completesAt: at(to.completesAt), ...fromAddress(to.ipAddress) }
  return write(to, messages.recoveryAsked, parameters, { url: to.url })
}

export function recoveryRefusedMail(to: Recipient & { at: string; isOwn: boolean }): Mail {
  const { organization, at } = addressed(to)
  return write(to, messages.recoveryRefused, { organization, at: at(to.at), isOwn: yes(to.isOwn) })
}

export function homeMail(to: Recipient & Asked): Mail {
  const { organization, at } = addressed(to)
  return write(to, messages.home, { organization, at: at(to.at), ...fromAddress(to.ipAddress) })
}

export function reapprovedMail(to: Recipient & { at: string }): Mail {
  const { organization, at } = addressed(to)
  return write(to, messages.reapproved, { organization, at: at(to.at) })
}

/** To administrators, about a member of theirs. */
interface AboutMember extends Recipient {
  /** The member's name. */
  member: string
  userId: string
}

const about = (to: AboutMember) => ({ organization: asWords(to.organization), member: asWords(to.member), userId: to.userId })

export const recoveryToJudgeMail = (to: AboutMember & { completesAt: string }): Mail =>
  write(to, messages.recoveryToJudge, { ...about(to), completesAt: addressed(to).at(to.completesAt) })

export const reapprovalMail = (to: AboutMember & { at: string }): Mail =>
  write(to, messages.reapprovalRequired, { ...about(to), at: addressed(to).at(to.at) })
