import { passwordForgotten } from '../../events/identity.ts'
import { userPasswordResetRequested } from '../../events/users.ts'
import { react, reaction } from '../../shared/react.ts'
import { mintReset } from '../identity/reads.ts'
import { resetMail } from './mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction({
  on: [userPasswordResetRequested, passwordForgotten],
  summary: 'Mails a code for a new password, asked for by the person or by an administrator.',
  ...MAIL_NEEDS,
  lookups: ['LOGIN'],
})

export const handler = react('notifications-on-password-reset', rule, (call) =>
  sendOnce(call, String(call.event.data.userId), ({ user, organization }) => {
    const { code, expiresAt, write } = mintReset(user.email, user.id, call.now)
    const isAsked = call.event.type === passwordForgotten.name
    const mail = resetMail({ organization, firstName: user.firstName, code, expiresAt, isAsked })
    return { template: 'password_reset', mail, store: write }
  }),
)
