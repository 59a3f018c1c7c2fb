import { userCreated, userInvited, userRestored } from '../../events/users.ts'
import { config } from '../../shared/config.ts'
import { mintInvitation } from '../../shared/identity/codes.ts'
import { react, reaction } from '../../shared/react.ts'
import { invitationMail } from './mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-user-invited', {
  on: [userCreated, userInvited, userRestored],
  only: { how: ['invited', undefined] },
  summary: 'Mails an invitation with its link, the first time and every time it is asked for again.',
  ...MAIL_NEEDS,
  lookups: ['MAILS', 'INVITATION_LINK'],
})

export const handler = react(rule, (call) =>
  sendOnce(call, call.event.aggregateId, ({ user, to }) => {
    if (user.status !== 'invited') return undefined
    const { id: userId, organizationId, email, invitedAt = user.createdAt } = user
    const { token, expiresAt, write } = mintInvitation({ userId, organizationId, email, invitedAt })
    const url = `${config.appUrl}/accept-invitation?token=${token}`
    const { actorKind, actorName } = call.event.metadata
    const invitedBy = actorKind === 'member' || actorKind === 'guest' ? actorName : undefined
    const mail = invitationMail({ ...to, invitedBy, url, expiresAt })
    return { template: 'invitation', mail, store: write }
  }),
)
