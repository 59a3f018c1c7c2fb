import { asWords, type Mail, oneLine } from '../../shared/mail/letter.ts'
import { addressed, type Recipient, write } from './letters.ts'
import * as messages from './messages.ts'

/** Mails about a registration: what stands in it are a stranger's words, so they are named as such, and the head is the sender's own. */
interface Registering extends Recipient {
  /** As mails are sent from: `Tessera <no-reply@example.com>`. */
  sender: string
}

/** What stands before the address. */
const headOf = (sender: string) => oneLine(sender.replace(/<[^>]*>\s*$/, '').replace(/"/g, '')) || oneLine(sender)

const headed = (to: Registering) => ({ ...to, organization: headOf(to.sender) })

export function registrationMail(to: Registering & { firstName: string; code: string; url: string; expiresAt: string }): Mail {
  const { organization, at } = addressed(to)
  const parameters = { organization, sender: headOf(to.sender), code: to.code, expiresAt: at(to.expiresAt) }
  return write(headed(to), messages.registration, parameters, to)
}

/** Nothing in it does anything: whoever tried learns nothing, and the owner need do nothing. */
export const accountExistsMail = (to: Registering & { url: string }): Mail =>
  write(headed(to), messages.accountExists, { organization: asWords(to.organization) }, to)
