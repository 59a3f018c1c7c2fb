import { userLocked } from '../../events/users.ts'
import { react, reaction } from '../../shared/react.ts'
import { lockedMail } from './mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-user-locked', {
  on: [userLocked],
  summary: 'Mails a notice with the reason: who is locked out cannot read it inside.',
  ...MAIL_NEEDS,
})

export const handler = react(rule, (call) => {
  const { reason } = userLocked.data.parse(call.event.data)
  return sendOnce(call, call.event.aggregateId, ({ to }) => ({
    template: 'account_locked',
    mail: lockedMail({ ...to, at: call.event.timestamp, reason }),
  }))
})
