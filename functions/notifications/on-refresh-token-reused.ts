import { refreshTokenReused } from '../../events/identity.ts'
import { react, reaction } from '../../shared/react.ts'
import { reuseMail } from './security-mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-refresh-token-reused', {
  on: [refreshTokenReused],
  summary: 'Mails a notice that a session was ended because somebody else may have had its tokens.',
  ...MAIL_NEEDS,
})

export const handler = react(rule, (call) => {
  const { userId, device } = refreshTokenReused.data.parse(call.event.data)
  return sendOnce(call, userId, ({ to }) => ({
    template: 'session_ended',
    mail: reuseMail({ ...to, at: call.event.timestamp, device }),
  }))
})
