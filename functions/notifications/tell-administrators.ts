import { credentialsChanged, recoveryRequested } from '../../events/identity.ts'
import { userReapprovalRequired } from '../../events/users.ts'
import { readWaiting } from '../../shared/identity/recovery-request.ts'
import type { Mail } from '../../shared/mail/letter.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { organizations } from '../organizations/door.ts'
import { type User, users } from '../users/door.ts'
import { reapprovalMail, recoveryToJudgeMail } from './account-mails.ts'
import { administratorsOf } from './administrators.ts'
import type { Recipient } from './letters.ts'
import { type Message, tell } from './notification.ts'
import { deliver } from './notification-store.ts'
import { type Outgoing, sendEach } from './send-each.ts'
import { MAIL_NEEDS } from './send-once.ts'

export const rule = reaction('notifications/tell-administrators', {
  on: [recoveryRequested, credentialsChanged, userReapprovalRequired],
  summary:
    'Tells the administrators of an organization, by mail and in their inbox, that a member asked to be let in without the second factor, or waits for approval.',
  ...MAIL_NEEDS,
  writes: ['INBOX', ...MAIL_NEEDS.writes],
  lookupReads: ['RECOVERY'],
})

/** What the administrators have to know. */
interface ToJudge {
  template: string
  message: Message
  mail(to: Recipient): Mail
}

async function toJudge({ event, lookups, now }: ReactionCall, user: User): Promise<ToJudge | undefined> {
  const [member, userId] = [`${user.firstName} ${user.lastName}`, user.id]
  const message = { parameters: { member }, link: `/api/v1/users/${userId}` }
  if (event.type === userReapprovalRequired.name) {
    return { template: 'reapproval_required', message, mail: (to) => reapprovalMail({ ...to, member, userId, at: event.timestamp }) }
  }
  const { request } = await readWaiting(lookups, userId, now)
  if (!request) return undefined
  const { completesAt } = request
  return { template: 'recovery_to_judge', message, mail: (to) => recoveryToJudgeMail({ ...to, member, userId, completesAt }) }
}

const isOfInterest = ({ type, data }: ReactionCall['event']) => type !== credentialsChanged.name || data.what === recoveryRequested.name

export const handler = react(rule, async (call) => {
  const { event, tenant, now } = call
  if (!isOfInterest(event)) return
  const [user, organization] = await Promise.all([tenant.get<User>(users, event.aggregateId), tenant.get(organizations, tenant.id)])
  if (!user || user.deletedAt || !organization) return
  const news = await toJudge(call, user)
  if (!news) return
  const administrators = await administratorsOf(call, organization, user.id)
  const mails = administrators.map(
    ({ id, email, firstName, lastName, locale }): Outgoing => ({
      template: news.template,
      to: email,
      userId: id,
      name: `${firstName} ${lastName}`,
      prepare: () => ({ mail: news.mail({ locale, organization: organization.name, firstName }) }),
      alongside: [deliver(tenant.id, id, tell(event, news.message, now))],
    }),
  )
  await sendEach(call, mails)
})
