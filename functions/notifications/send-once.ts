import { emailSent, emailSuppressed } from '../../events/notifications.ts'
import { leftWithProvider } from '../../shared/identity/life-cycle.ts'
import type { Mail } from '../../shared/mail/letter.ts'
import { sendMail } from '../../shared/mail.ts'
import type { ReactionCall } from '../../shared/react.ts'
import { Conflict } from '../../shared/store/commit.ts'
import { type Signal, signal, type Write } from '../../shared/store/writes.ts'
import { type Organization, organizations } from '../organizations/door.ts'
import { type User, users } from '../users/door.ts'
import type { Recipient as Addressed } from './letters.ts'
import { reserveMail } from './mail-budget.ts'

/** What every rule that sends mail needs beyond what its own mail takes. Who names further look-ups names `MAILS` again. */
export const MAIL_NEEDS = {
  keyring: true,
  reads: ['USER', 'ORGANIZATION'],
  writes: ['SIGNALS', 'BUDGET'],
  lookups: ['MAILS'],
  calls: ['ses:SendEmail'],
} as const

export interface Prepared {
  /** Names the kind of mail, in its budgets and in the `email.sent` event. */
  template: string
  mail: Mail
  /** What must be stored before the mail may go out, such as the hash of its code. */
  store?: Write | readonly Write[]
  /** Another address than the user's present one. */
  to?: string
}

export interface Addressee {
  user: User
  /** As their mail addresses them. */
  to: Addressed
}

/** To whom, whom it concerns, and whether the organization it comes from is on trial. */
export interface Recipient {
  to: string
  about: { type: string; id: string; name?: string }
  userId?: string
  isTrial: boolean
}

/** Tells it, unless it was told that day, and then that the message is done with: each by itself, since a mail shares no transaction anyway. */
async function finish({ tenant, once }: ReactionCall, { about, userId }: Recipient, told: Pick<Signal, 'event' | 'data' | 'fold'>) {
  const data = { ...told.data, ...(userId ? { userId } : {}) }
  await tenant.note(signal({ ...told, aggregate: about, data })).catch((error) => {
    if (!(error instanceof Conflict)) throw error
  })
  await once([])
}

/**
 * Sends one mail about an event that is not done yet, and tells `email.sent`. What the mail refers to is stored first and the event marked
 * done last: a crash in between sends a second mail, with a code that works, and never one whose code does not. Nothing is stored, or
 * sent, beyond what a recipient and an organization get of a kind in a day.
 */
export async function post(call: ReactionCall, recipient: Recipient, prepared: Prepared): Promise<void> {
  const { about, isTrial } = recipient
  const { template, mail, store = [], to = recipient.to } = prepared
  const refusal = await reserveMail(call, { to, template, isTrial })
  // The trace is one a day and kind.
  const suppressed = { event: emailSuppressed, data: { template, reason: refusal }, fold: `${emailSuppressed.name}#${template}` }
  if (refusal) return finish(call, recipient, suppressed)
  const writes = [store].flat()
  if (writes.length > 0) await call.tenant.commit(writes)
  const messageId = await sendMail({ to, ...mail })
  const fold = `${emailSent.name}#${call.event.id}#${template}#${about.id}`
  await finish(call, recipient, { event: emailSent, data: { template, messageId }, fold })
}

/** They went with the provider; whom the customer invites after that, it wants. */
const isShutOut = (organization: Organization, user: User) => user.status !== 'invited' && leftWithProvider(organization, user)

/** The same to a user as they are now; nothing where the event is done, or the user gone. */
export async function sendOnce(
  call: ReactionCall,
  userId: string,
  prepare: (to: Addressee) => Prepared | undefined | Promise<Prepared | undefined>,
): Promise<void> {
  const { tenant } = call
  const [isDone, user, organization] = await Promise.all([call.isDone(), tenant.get(users, userId), tenant.get(organizations, tenant.id)])
  if (isDone || !user || user.deletedAt || !organization || isShutOut(organization, user)) return
  const { locale, firstName } = user
  const prepared = await prepare({ user, to: { locale, firstName, organization: organization.name } })
  if (!prepared) return
  const about = { type: 'user', id: userId, name: `${user.firstName} ${user.lastName}` }
  await post(call, { to: user.email, about, userId, isTrial: organization.status === 'trial' }, prepared)
}
