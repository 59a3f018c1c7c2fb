import { asWords, compose, type Mail, moment, oneLine } from '../../shared/mail/letter.ts'

/** Mails about whose an account is (its address, its recovery, its home), which nobody can refuse: pure functions of what they tell. */
interface Recipient {
  organization: string
  /** Unknown of whoever reads mail at an address that is not proven. */
  firstName?: string | undefined
}

const frame = ({ organization, firstName }: Recipient) => ({
  organization: asWords(organization),
  greeting: firstName ? `Hello ${asWords(firstName)},` : 'Hello,',
})

/** An address is a stranger's words. */
const from = (ipAddress: string | undefined) => (ipAddress ? ` from ${oneLine(ipAddress)}` : '')

type Asker = 'person' | 'organization'

const askedBy = ({ organization, by }: Recipient & { by: Asker }) =>
  by === 'person' ? 'Somebody signed in as you' : `An administrator of ${asWords(organization)}`

export const nextAddressMail = (to: Recipient & { code: string; expiresAt: string }): Mail =>
  compose({
    ...frame(to),
    subject: `${to.code} is your code for a new email address`,
    paragraphs: [
      'This address is to become the one you sign in with. Sign in as you do now, and enter this code:',
      `It is good for one use until ${moment(to.expiresAt)}. Until then, and without the code, nothing changes. Nobody of us will ever ask you for it.`,
    ],
    code: to.code,
    footnote:
      'You get this mail because somebody entered this address for their account. If that was not you, ignore it: without the code nothing happens.',
  })

export const addressTakenMail = (to: Recipient): Mail =>
  compose({
    ...frame(to),
    subject: 'Somebody wanted to use your email address',
    paragraphs: [
      'Somebody asked to use this address for another account than yours. It belongs to your account already, so nothing changed.',
      'There is nothing to do. If you have two accounts and want to give one of them up, sign in to it and give it another address first.',
    ],
    footnote: 'You get this mail because this address is the one of an account.',
  })

export const mailChangeNotice = (to: Recipient & { next: string; at: string; by: Asker; ipAddress: string | undefined }): Mail =>
  compose({
    ...frame(to),
    subject: 'A new email address was asked for',
    paragraphs: [
      `${askedBy(to)} asked on ${moment(to.at)}${from(to.ipAddress)} that your account gets the address ${oneLine(to.next)}.`,
      'Nothing changes until somebody signed in as you enters the code that we mailed there.',
      to.by === 'person'
        ? 'If that was not you, change your password at once: the code is void then. Tell your administrator.'
        : 'If you do not want this, do not enter the code, and speak with your administrator.',
    ],
    footnote: 'You get this mail whenever another address is asked for, at the address you have.',
  })

export const mailChangedMail = (to: Recipient & { next: string; at: string; url: string; expiresAt: string }): Mail =>
  compose({
    ...frame(to),
    subject: 'Your email address was changed',
    paragraphs: [
      `Since ${moment(to.at)} you sign in with ${oneLine(to.next)}, and with this address no more. Your other sessions were ended.`,
      `If that was not you, follow the link until ${moment(to.expiresAt)}: your account gets this address back, all sessions end, and the password and the second factor are void. You set a new password then, and an administrator of each organization lets you go on.`,
      'If it was you, there is nothing to do. Keep the link to yourself.',
    ],
    action: { label: 'Undo the change', url: to.url },
    footnote: 'You get this mail once, at the address that was yours.',
  })

export const mailConfirmedMail = (to: Recipient & { at: string; ipAddress: string | undefined }): Mail =>
  compose({
    ...frame(to),
    subject: 'This is your email address now',
    paragraphs: [
      `Since ${moment(to.at)} this address is the one of your account; it was confirmed with the code that we mailed here${from(to.ipAddress)}.`,
      'Sign in with it from now on; your password is the same. For 72 hours the change can be undone from the address before.',
    ],
    footnote: 'You get this mail once, because your address has changed.',
  })

export const undoneMail = (to: Recipient & { at: string; undone: string }): Mail =>
  compose({
    ...frame(to),
    subject: 'Your email address is the old one again',
    paragraphs: [
      `On ${moment(to.at)} the change of your address to ${oneLine(to.undone)} was undone with the link that we mailed here. All sessions are ended; the password and the second factor are void.`,
      'Ask for a new password with this address, sign in, and set up your second factor again.',
      'In each of your organizations an administrator has to approve you before you can go on there. They have been told.',
    ],
    footnote: 'You get this mail once, because a change of your address was undone.',
  })

export const undoneThereMail = (to: Recipient & { at: string }): Mail =>
  compose({
    ...frame(to),
    subject: 'This is no longer your email address',
    paragraphs: [
      `On ${moment(to.at)} somebody undid the change of address from the address before. This address opens the account no more, and all sessions are ended.`,
      'If the account is yours and you did not do this, tell an administrator of your organization: they decide who goes on there.',
    ],
    footnote: 'You get this mail once, because this address was the one of the account.',
  })

export const recoveryMail = (to: Recipient & { at: string; completesAt: string; url: string; ipAddress: string | undefined }): Mail =>
  compose({
    ...frame(to),
    subject: 'Somebody wants to sign in without your second factor',
    paragraphs: [
      `On ${moment(to.at)} somebody with your password said${from(to.ipAddress)} that your second factor is lost. From ${moment(to.completesAt)} on they can sign in with the password alone, unless somebody objects. Every organization of yours has been told.`,
      'If that was not you, object with the link and change your password at once: it is known to somebody else.',
      'If it was you, wait until then and complete it. Signing in with your second factor ends it as well.',
    ],
    action: { label: 'That was not me', url: to.url },
    footnote: 'You get this mail whenever a second factor is said to be lost.',
  })

export const recoveryRefusedMail = (to: Recipient & { at: string; isOwn: boolean }): Mail =>
  compose({
    ...frame(to),
    subject: 'The recovery of your account was ended',
    paragraphs: [
      `On ${moment(to.at)} ${to.isOwn ? 'the link in our mail was used' : `an administrator of ${asWords(to.organization)} objected`}, so nobody is let in without your second factor.`,
      to.isOwn
        ? 'Change your password: whoever asked for the recovery knows it.'
        : 'If you asked for the recovery yourself, speak with them, and ask again. If you did not, change your password: whoever asked knows it.',
    ],
    footnote: 'You get this mail because a recovery of your account waited.',
  })

export const homeMail = (to: Recipient & { at: string; ipAddress: string | undefined }): Mail =>
  compose({
    ...frame(to),
    subject: `Your account is at home at ${asWords(to.organization)}`,
    paragraphs: [
      `Somebody signed in as you chose ${asWords(to.organization)} on ${moment(to.at)}${from(to.ipAddress)}. It manages your account while you belong to no other organization: its administrators can then help with a lost second factor or another address.`,
      'If that was not you, change your password at once and tell your administrator.',
    ],
    footnote: 'You get this mail whenever your account moves to another home.',
  })

export const reapprovedMail = (to: Recipient & { at: string }): Mail =>
  compose({
    ...frame(to),
    subject: `You can go on at ${asWords(to.organization)}`,
    paragraphs: [
      `An administrator of ${asWords(to.organization)} approved you on ${moment(to.at)}, after your account was recovered.`,
      'If you did not recover your account, tell them at once: somebody else is using it.',
    ],
    footnote: 'You get this mail once after a recovery.',
  })

/** To administrators, about a member of theirs. */
interface AboutMember extends Recipient {
  /** The member's name. */
  member: string
  userId: string
}

export const recoveryToJudgeMail = (to: AboutMember & { completesAt: string }): Mail =>
  compose({
    ...frame(to),
    subject: `Was it ${asWords(to.member)} who lost their second factor?`,
    paragraphs: [
      `Somebody with the password of ${asWords(to.member)} asked to sign in without the second factor. They can from ${moment(to.completesAt)} on, unless somebody objects; they stay shut out of ${asWords(to.organization)} even then until an administrator approves them.`,
      `Ask ${asWords(to.member)}, in person or by telephone. If it was not they, object: DELETE /api/v1/users/${to.userId}/recovery.`,
    ],
    footnote: `You get this mail as an administrator of ${asWords(to.organization)}.`,
  })

export const reapprovalMail = (to: AboutMember & { at: string }): Mail =>
  compose({
    ...frame(to),
    subject: `${asWords(to.member)} waits for your approval`,
    paragraphs: [
      `The account of ${asWords(to.member)} was recovered on ${moment(to.at)}. They stand still at ${asWords(to.organization)} until an administrator approves them.`,
      `Ask ${asWords(to.member)}, in person or by telephone, whether it was they. If so, approve them: POST /api/v1/users/${to.userId}/reapprove. If not, remove or lock them.`,
    ],
    footnote: `You get this mail as an administrator of ${asWords(to.organization)}.`,
  })
