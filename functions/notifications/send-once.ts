import { emailSent } from '../../events/notifications.ts'
import type { Mail } from '../../shared/mail/letter.ts'
import { sendMail } from '../../shared/mail.ts'
import type { ReactionCall } from '../../shared/react.ts'
import { signal, type Write } from '../../shared/store/writes.ts'
import { organizations } from '../organizations/reads.ts'
import { type User, users } from '../users/reads.ts'

/** What every rule that sends mail needs beyond what its own mail takes. */
export const MAIL_NEEDS = { reads: ['USER', 'ORGANIZATION'], writes: ['SIGNALS'], calls: ['ses:SendEmail'] } as const

export interface Prepared {
  /** Names the kind of mail in the `email.sent` event. */
  template: string
  mail: Mail
  /** What must be stored before the mail may go out, such as the hash of its code. */
  store?: Write
}

export interface Addressee {
  user: User
  organization: string
}

/**
 * Sends one mail about an event to a user as they are now, and tells `email.sent`. What the mail refers to is stored first and
 * the event marked done last: a crash in between sends a second mail, with a code that works, and never one whose code does not.
 */
export async function sendOnce(
  call: ReactionCall,
  userId: string,
  prepare: (to: Addressee) => Prepared | undefined | Promise<Prepared | undefined>,
): Promise<void> {
  const { tenant } = call
  const [isDone, user, organization] = await Promise.all([call.isDone(), tenant.get(users, userId), tenant.get(organizations, tenant.id)])
  if (isDone || !user || user.deletedAt || !organization) return
  const prepared = await prepare({ user, organization: organization.name })
  if (!prepared) return
  if (prepared.store) await tenant.commit(prepared.store)
  const messageId = await sendMail({ to: user.email, ...prepared.mail })
  const aggregate = { type: 'user', id: userId, name: `${user.firstName} ${user.lastName}` }
  await call.once(signal({ event: emailSent, aggregate, data: { template: prepared.template, userId, messageId } }))
}
