import { asWords, compose, type Mail, moment, oneLine } from '../../shared/mail/letter.ts'

/** Mails about the safety of an account, which nobody can refuse: pure functions of what they tell. */
interface Recipient {
  organization: string
  firstName: string
}

const frame = ({ organization, firstName }: Recipient) => ({
  organization: asWords(organization),
  greeting: `Hello ${asWords(firstName)},`,
})

/** A user agent and an address are a stranger's words. */
const from = (ipAddress: string | undefined) => (ipAddress ? ` from ${oneLine(ipAddress)}` : '')

const NOT_YOU = 'If that was not you, change your password at once and tell your administrator.'

export type FactorNews = 'enabled' | 'removed' | 'reset' | 'undone' | 'backup_code' | 'waiting' | 'new_codes'

const FACTOR: Record<FactorNews, { subject: string; told: string; next: string }> = {
  enabled: {
    subject: 'Your second factor is on',
    told: 'An authenticator app was set up as your second factor',
    next: 'From now on every sign-in asks for a code of it. Keep your backup codes where you find them without your phone.',
  },
  removed: {
    subject: 'Your second factor was removed',
    told: 'Your second factor was removed by somebody signed in as you',
    next: 'Your password alone opens your account now.',
  },
  reset: {
    subject: 'Your second factor was removed',
    told: 'An administrator of your organization removed your second factor',
    next: 'Sign in with your password and set it up again.',
  },
  undone: {
    subject: 'Your second factor was removed',
    told: 'Your second factor was removed because a change of your email address was undone',
    next: 'Set a new password, sign in with it and set the second factor up again.',
  },
  backup_code: {
    subject: 'A backup code was used',
    told: 'Somebody signed in as you with your password and a backup code',
    next: 'Your second factor is off and the other backup codes are void: set it up again.',
  },
  waiting: {
    subject: 'Your account was recovered',
    told: 'Somebody signed in as you with your password alone, after the 72 hours in which others could object',
    next: 'Your second factor is off: set it up again. In each of your organizations an administrator has to approve you before you can go on there.',
  },
  new_codes: {
    subject: 'You have new backup codes',
    told: 'New backup codes were made by somebody signed in as you',
    next: 'The old ones are void.',
  },
}

export const factorMail = (to: Recipient & { at: string; news: FactorNews }): Mail => {
  const { subject, told, next } = FACTOR[to.news]
  return compose({
    ...frame(to),
    subject,
    paragraphs: [`${told} on ${moment(to.at)}. ${next}`, NOT_YOU],
    footnote: 'You get this mail whenever your second factor changes.',
  })
}

export const loginLockedMail = (to: Recipient & { until: string; ipAddress: string | undefined }): Mail =>
  compose({
    ...frame(to),
    subject: 'Too many failed sign-ins',
    paragraphs: [
      `Five sign-ins with your address failed, the last one${from(to.ipAddress)}. Nobody can sign in with it until ${moment(to.until)}.`,
      'If that was you, wait until then. If not, your password was not found out; choose a long one that you use nowhere else.',
    ],
    footnote: 'You get this mail once for each lock.',
  })

export const sessionLockedMail = (to: Recipient & { until: string; ipAddress: string | undefined }): Mail =>
  compose({
    ...frame(to),
    subject: 'Too many wrong passwords or codes in one of your sessions',
    paragraphs: [
      `Somebody signed in as you was asked for your password or code and gave a wrong one five times, the last time${from(to.ipAddress)}. That session is not asked again until ${moment(to.until)}.`,
      'If that was you, wait until then, or sign in anew. If not, end all your sessions at once, change your password and tell your administrator.',
    ],
    footnote: 'You get this mail once for each lock.',
  })

export const deviceMail = (to: Recipient & { at: string; device: string; ipAddress: string | undefined }): Mail =>
  compose({
    ...frame(to),
    subject: `New sign-in: ${oneLine(to.device)}`,
    paragraphs: [
      `Somebody signed in as you on ${moment(to.at)} with ${oneLine(to.device)}${from(to.ipAddress)}, which you have not used before.`,
      NOT_YOU,
    ],
    footnote: 'You get this mail when your account is used from another device.',
  })

export const reuseMail = (to: Recipient & { at: string; device: string }): Mail =>
  compose({
    ...frame(to),
    subject: 'We ended one of your sessions',
    paragraphs: [
      `On ${moment(to.at)} a token of your session with ${oneLine(to.device)} was used a second time. Somebody may have copied it, so we ended the session.`,
      'Sign in again. If you did nothing unusual, change your password, and look through your sessions.',
    ],
    footnote: 'You get this mail whenever a session is ended for your safety.',
  })
