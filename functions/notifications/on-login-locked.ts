import { loginLocked } from '../../events/identity.ts'
import { react, reaction } from '../../shared/react.ts'
import { loginLockedMail } from './security-mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction({
  on: [loginLocked],
  summary: 'Mails a notice that too many sign-ins failed, so that guessing does not go unseen.',
  ...MAIL_NEEDS,
})

export const handler = react('notifications-on-login-locked', rule, (call) => {
  const { userId, until } = loginLocked.data.parse(call.event.data)
  return sendOnce(call, userId, ({ user, organization }) => ({
    template: 'login_locked',
    mail: loginLockedMail({ organization, firstName: user.firstName, until, ipAddress: call.event.metadata.ipAddress }),
  }))
})
