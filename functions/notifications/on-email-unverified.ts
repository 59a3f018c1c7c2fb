import { verificationRequested } from '../../events/identity.ts'
import { userCreated, userEmailChanged } from '../../events/users.ts'
import { react, reaction } from '../../shared/react.ts'
import { mintVerification } from '../identity/reads.ts'
import { verificationMail } from './mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction({
  on: [userCreated, userEmailChanged, verificationRequested],
  summary: 'Mails a code that proves the address: after registering, after a change of mail, and when asked for.',
  ...MAIL_NEEDS,
  lookups: ['LOGIN'],
})

/** Invited people prove their address by the link instead. */
export const handler = react('notifications-on-email-unverified', rule, (call) =>
  sendOnce(call, String(call.event.data.userId), ({ user, organization }) => {
    if (user.emailVerified || user.status === 'invited') return undefined
    const { code, expiresAt, write } = mintVerification(user.email, user.id, call.now)
    const mail = verificationMail({ organization, firstName: user.firstName, code, expiresAt })
    return { template: 'verification', mail, store: write }
  }),
)
