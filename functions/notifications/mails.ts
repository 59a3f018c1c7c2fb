import { asWords, compose, type Mail, moment } from '../../shared/mail/letter.ts'

/** Every mail of the product: pure functions of what it tells. Names are people's own words, so nothing here trusts them. */
interface Recipient {
  /** The organization that it comes from. */
  organization: string
  firstName: string
}

const frame = ({ organization, firstName }: Recipient) => ({
  organization: asWords(organization),
  greeting: `Hello ${asWords(firstName)},`,
})

export const invitationMail = (to: Recipient & { invitedBy: string | undefined; url: string; expiresAt: string }): Mail => {
  const { organization } = frame(to)
  const who =
    to.invitedBy === undefined ? `You are invited to ${organization}.` : `${asWords(to.invitedBy)} invites you to ${organization}.`
  return compose({
    ...frame(to),
    subject: `Your invitation to ${organization}`,
    paragraphs: [
      who,
      `The invitation is good for one use until ${moment(to.expiresAt)}. Whoever has the link can accept it, so keep it to yourself.`,
    ],
    action: { label: 'Accept the invitation', url: to.url },
    footnote: `You get this mail because somebody at ${organization} entered your address. If you do not know them, ignore it.`,
  })
}

export const welcomeMail = (to: Recipient & { url: string }): Mail =>
  compose({
    ...frame(to),
    subject: `Welcome to ${asWords(to.organization)}`,
    paragraphs: [`Your account at ${asWords(to.organization)} is ready.`, 'Sign in with this email address and the password you chose.'],
    action: { label: 'Sign in', url: to.url },
    footnote: 'You get this mail once, because your email address has been confirmed.',
  })

export const resetMail = (to: Recipient & { code: string; url: string; expiresAt: string; isAsked: boolean }): Mail => {
  const why = to.isAsked
    ? 'Somebody, we hope you, asked for a new password.'
    : `An administrator of ${asWords(to.organization)} asks you to set a new password.`
  return compose({
    ...frame(to),
    subject: `${to.code} is your code for a new password`,
    paragraphs: [
      `${why} Enter this code to set it:`,
      `Or follow the link. Both are good for one use until ${moment(to.expiresAt)}. Nobody of us will ever ask you for the code.`,
    ],
    code: to.code,
    action: { label: 'Set a new password', url: to.url },
    footnote: to.isAsked
      ? 'If you did not ask, ignore this mail: your password stays as it is.'
      : 'If this surprises you, ask your administrator first. Your password stays as it is until you set another.',
  })
}

export const newsMail = (to: Recipient & { title: string; body: string }): Mail =>
  compose({
    ...frame(to),
    subject: `${asWords(to.title)} at ${asWords(to.organization)}`,
    paragraphs: [asWords(to.body)],
    footnote: 'You can turn these mails off in your notification preferences.',
  })

const HOW_CHANGED = { reset: 'with a code from a mail', changed: 'by somebody signed in as you', forced: 'at sign-in' }

export const passwordChangedMail = (to: Recipient & { at: string; how: keyof typeof HOW_CHANGED }): Mail =>
  compose({
    ...frame(to),
    subject: 'Your password was changed',
    paragraphs: [
      `Your password was changed on ${moment(to.at)}, ${HOW_CHANGED[to.how]}.`,
      'If that was you, there is nothing to do. If not, ask for a new password at once and tell your administrator.',
    ],
    footnote: 'You get this mail whenever your password changes.',
  })

export const lockedMail = (to: Recipient & { at: string; reason: string }): Mail =>
  compose({
    ...frame(to),
    subject: `Your account at ${asWords(to.organization)} is locked`,
    paragraphs: [
      `An administrator of ${asWords(to.organization)} locked your account on ${moment(to.at)}. The reason given: ${asWords(to.reason)}`,
      'Until it is unlocked you cannot work there. Other organizations of yours are not affected.',
    ],
    footnote: 'If you think this is a mistake, ask an administrator of the organization.',
  })
