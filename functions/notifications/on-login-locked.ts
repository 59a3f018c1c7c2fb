import { loginLocked } from '../../events/identity.ts'
import { react, reaction } from '../../shared/react.ts'
import { loginLockedMail, sessionLockedMail } from './security-mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-login-locked', {
  on: [loginLocked],
  summary: 'Mails a notice that too many sign-ins or proofs failed, so that guessing does not go unseen.',
  ...MAIL_NEEDS,
})

export const handler = react(rule, (call) => {
  const { userId, until, sessionId } = loginLocked.data.parse(call.event.data)
  const mailOf = sessionId ? sessionLockedMail : loginLockedMail
  return sendOnce(call, userId, ({ to }) => ({
    template: 'login_locked',
    mail: mailOf({ ...to, until, ipAddress: call.event.metadata.ipAddress }),
  }))
})
