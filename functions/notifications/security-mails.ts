import { type Mail, oneLine } from '../../shared/mail/letter.ts'
import { addressed, fromAddress, type Recipient, type Text, write } from './letters.ts'
import * as messages from './messages.ts'

/** Mails about the safety of an account, which nobody can refuse: pure functions of what they tell. */

export type FactorNews = 'enabled' | 'removed' | 'reset' | 'undone' | 'backup_code' | 'waiting' | 'new_codes'

const FACTOR: Record<FactorNews, Text<{ at: string }, { subject: string; told: string }>> = {
  enabled: messages.factorEnabled,
  removed: messages.factorRemoved,
  reset: messages.factorReset,
  undone: messages.factorUndone,
  backup_code: messages.factorBackupCode,
  waiting: messages.factorWaiting,
  new_codes: messages.factorNewCodes,
}

export function factorMail(to: Recipient & { at: string; news: FactorNews }): Mail {
  const { at, language } = addressed(to)
  return write(to, messages.secondFactor, FACTOR[to.news][language]({ at: at(to.at) }))
}

export const loginLockedMail = (to: Recipient & { until: string; ipAddress: string | undefined }): Mail =>
  write(to, messages.loginLocked, { until: addressed(to).at(to.until), ...fromAddress(to.ipAddress) })

export const sessionLockedMail = (to: Recipient & { until: string; ipAddress: string | undefined }): Mail =>
  write(to, messages.sessionLocked, { until: addressed(to).at(to.until), ...fromAddress(to.ipAddress) })

/** A user agent is a stranger's words. */
export const deviceMail = (to: Recipient & { at: string; device: string; ipAddress: string | undefined }): Mail =>
  write(to, messages.newDevice, { at: addressed(to).at(to.at), device: oneLine(to.device), ...fromAddress(to.ipAddress) })

export const reuseMail = (to: Recipient & { at: string; device: string }): Mail =>
  write(to, messages.sessionEnded, { at: addressed(to).at(to.at), device: oneLine(to.device) })
