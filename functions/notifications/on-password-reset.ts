import { passwordForgotten } from '../../events/identity.ts'
import { userPasswordResetRequested } from '../../events/users.ts'
import { config } from '../../shared/config.ts'
import { react, reaction } from '../../shared/react.ts'
import { findPerson, mintReset } from '../identity/reads.ts'
import { resetMail } from './mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction({
  on: [userPasswordResetRequested, passwordForgotten],
  summary:
    'Mails a code and a link for a new password, asked for by the person or by an administrator, to the address that the person proved.',
  ...MAIL_NEEDS,
  lookups: ['MAILS', 'CODE', 'TOKEN'],
  lookupReads: ['PERSON'],
})

export const handler = react('notifications-on-password-reset', rule, (call) =>
  sendOnce(call, String(call.event.data.userId), async ({ user, organization }) => {
    const person = await findPerson(call.lookups, user.id)
    if (!person) return undefined
    const { code, token, expiresAt, write } = mintReset(person.email, person.id, call.now)
    const isAsked = call.event.type === passwordForgotten.name
    const url = `${config.appUrl}/reset-password?token=${token}`
    const mail = resetMail({ organization, firstName: user.firstName, code, url, expiresAt, isAsked })
    return { template: 'password_reset', mail, store: write, to: person.email }
  }),
)
