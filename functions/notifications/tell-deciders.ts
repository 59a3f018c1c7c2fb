import { accessRequested } from '../../events/access-requests.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { policySource } from '../../shared/serve/policy.ts'
import { asPrincipal } from '../../shared/serve/principals.ts'
import { type AccessRequest, accessRequests, mayDecide } from '../access-requests/door.ts'
import { type Organization, organizations } from '../organizations/door.ts'
import type { User } from '../users/door.ts'
import { administratorsOf } from './administrators.ts'
import { wordsOf } from './inbox-text.ts'
import { newsMail } from './mails.ts'
import { tell } from './notification.ts'
import { deliver } from './notification-store.ts'
import { type Outgoing, sendEach } from './send-each.ts'
import { MAIL_NEEDS } from './send-once.ts'

export const rule = reaction('notifications/tell-deciders', {
  on: [accessRequested],
  summary: 'Tells the administrators who could grant it, by mail and in their inbox, that somebody asks for access.',
  ...MAIL_NEEDS,
  reads: [...MAIL_NEEDS.reads, 'ACCESS_REQUEST', 'ROLE', 'GROUP', 'UNIT'],
  writes: ['INBOX', ...MAIL_NEEDS.writes],
})

/** Of the administrators, those who hold what is asked for. */
async function decidersOf(call: ReactionCall, organization: Organization, request: AccessRequest): Promise<User[]> {
  const { tenant, now } = call
  const administrators = await administratorsOf(call, organization, request.requesterId)
  return policySource(tenant, organization).ask((policy) =>
    administrators.filter((user) => mayDecide({ principal: asPrincipal(user), policy, now }, request)),
  )
}

export const handler = react(rule, async (call) => {
  const { event, tenant, now } = call
  const [request, organization] = await Promise.all([tenant.get(accessRequests, event.aggregateId), tenant.get(organizations, tenant.id)])
  if (!request || !organization) return
  const { requesterName: member, permission, reason } = request
  const message = { parameters: { member, permission, reason }, link: `/api/v1/access/requests/${request.id}` }
  const deciders = await decidersOf(call, organization, request)
  const mails = deciders.map(
    ({ id, email, firstName, lastName, locale }): Outgoing => ({
      template: 'access_requested',
      to: email,
      userId: id,
      name: `${firstName} ${lastName}`,
      prepare: () => ({
        mail: newsMail({ locale, organization: organization.name, firstName, ...wordsOf({ type: event.type, ...message }, locale) }),
      }),
      alongside: [deliver(tenant.id, id, tell(event, message, now))],
    }),
  )
  await sendEach(call, mails)
})
