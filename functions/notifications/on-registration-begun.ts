import { registrationBegun, registrationResent } from '../../events/identity.ts'
import { config } from '../../shared/config.ts'
import { findHolder } from '../../shared/identity/login-store.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { react, reaction } from '../../shared/react.ts'
import { findRegistration, mintProof, type Registration } from '../identity/door.ts'
import { accountExistsMail, registrationMail } from './registration-mails.ts'
import { MAIL_NEEDS, type Prepared, post } from './send-once.ts'

export const rule = reaction('notifications/on-registration-begun', {
  on: [registrationBegun, registrationResent],
  summary: 'Mails the code and the link that prove the address of a registration; who has an account is told that somebody tried.',
  ...MAIL_NEEDS,
  lookups: ['MAILS', 'REGISTRATION', 'REGISTRATION_LINK'],
  lookupReads: ['LOGIN', 'PERSON'],
})

function proofFor(registration: Registration): Prepared {
  const { wanted, firstName, locale, expiresAt } = registration
  const { code, token, writes } = mintProof(registration)
  const url = `${config.appUrl}/verify-email?token=${token}`
  const mail = registrationMail({ locale, sender: config.mailFrom, organization: wanted.name, firstName, code, url, expiresAt })
  return { template: 'registration', mail, store: writes }
}

/** Whoever registers with an address that has an account has mostly forgotten it, so they are told in the language that they asked in. */
const noticeFor = ({ wanted, locale }: Registration): Prepared => ({
  template: 'account_exists',
  mail: accountExistsMail({ locale, sender: config.mailFrom, organization: wanted.name, url: config.appUrl }),
})

/** Whether somebody has the address is asked only here, where nobody sees the answer but its owner. */
export const handler = react(rule, async (call) => {
  const { event, lookups, now } = call
  const [isDone, registration] = await Promise.all([call.isDone(), findRegistration(lookups, event.aggregateId, now)])
  if (isDone || !registration) return
  const holder = await findHolder(lookups, registration.mailHash)
  const owner = holder && (await findPerson(lookups, holder.personId))
  // Told as they write their address, whatever the stranger typed.
  const recipient = { to: owner?.email ?? registration.email, about: { type: 'registration', id: registration.id }, isTrial: true }
  await post(call, recipient, holder ? noticeFor(registration) : proofFor(registration))
})
