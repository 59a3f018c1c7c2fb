import { passwordChanged } from '../../events/identity.ts'
import { react, reaction } from '../../shared/react.ts'
import { passwordChangedMail } from './mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-password-changed', {
  on: [passwordChanged],
  summary: 'Mails a notice that the password was changed, so that a theft does not go unseen.',
  ...MAIL_NEEDS,
})

export const handler = react(rule, (call) => {
  const { userId, how } = passwordChanged.data.parse(call.event.data)
  return sendOnce(call, userId, ({ to }) => ({
    template: 'password_changed',
    mail: passwordChangedMail({ ...to, at: call.event.timestamp, how }),
  }))
})
