import { asWords, compose, type Mail, moment, oneLine } from '../../shared/mail/letter.ts'

/** Mails about a registration: what stands in it are a stranger's words, so they are named as such, and the head is the sender's own. */
interface Registering {
  /** As mails are sent from: `Tessera <no-reply@example.com>`. */
  sender: string
  organization: string
}

/** What stands before the address. */
const headOf = (sender: string) => oneLine(sender.replace(/<[^>]*>\s*$/, '').replace(/"/g, '')) || oneLine(sender)

export const registrationMail = (to: Registering & { firstName: string; code: string; url: string; expiresAt: string }): Mail =>
  compose({
    organization: headOf(to.sender),
    subject: `${to.code} is your code for ${headOf(to.sender)}`,
    greeting: `Hello ${asWords(to.firstName)},`,
    paragraphs: [
      `Somebody, we hope you, registers the organization “${asWords(to.organization)}” with this address. Enter this code where you began:`,
      `Or follow the link and choose a password there. Both are good for one use until ${moment(to.expiresAt)}. Never give the code to anybody who asks for it.`,
    ],
    code: to.code,
    action: { label: 'Confirm the address', url: to.url },
    footnote: 'You get this mail because this address was given at registration. If that was not you, ignore it: nothing happens then.',
  })

/** Nothing in it does anything: whoever tried learns nothing, and the owner need do nothing. */
export const accountExistsMail = (to: Registering & { url: string }): Mail =>
  compose({
    organization: headOf(to.sender),
    subject: 'You have an account already',
    greeting: 'Hello,',
    paragraphs: [
      `Somebody tried to register the organization “${asWords(to.organization)}” with this address, which has an account already. Nothing was changed.`,
      'If that was you, sign in with the password you have, and found the further organization there. If you have forgotten the password, ask for a new one.',
    ],
    action: { label: 'Sign in', url: to.url },
    footnote: 'You get this mail because this address was given at registration. If that was not you, there is nothing to do.',
  })
