import { passwordForgotten } from '../../events/identity.ts'
import { userPasswordResetRequested } from '../../events/users.ts'
import { config } from '../../shared/config.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { hasYoungReset, mintReset } from '../../shared/identity/codes.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { react, reaction } from '../../shared/react.ts'
import { resetMail } from './mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-password-reset', {
  on: [userPasswordResetRequested, passwordForgotten],
  summary:
    'Mails a code and a link for a new password, asked for by the person or by an administrator, to the address that the person proved.',
  ...MAIL_NEEDS,
  lookups: ['MAILS', 'CODE', 'RESET_LINK'],
  lookupReads: ['PERSON'],
})

/** Counted apart by who asks: strangers use up neither what an administrator may send, nor what a device that signed in before may ask for. */
function templateFor({ type, data }: DomainEvent): string {
  if (type !== passwordForgotten.name) return 'password_reset_by_administrator'
  return data.isKnownDevice ? 'password_reset_by_device' : 'password_reset'
}

export const handler = react(rule, (call) =>
  sendOnce(call, String(call.event.data.userId), async ({ user, to }) => {
    const { event, lookups, now } = call
    const person = await findPerson(lookups, user.id)
    if (!person) return undefined
    const isAsked = event.type === passwordForgotten.name
    if (isAsked && (await hasYoungReset(lookups, person, { eventId: event.id, now }))) return undefined
    const { code, token, expiresAt, write } = mintReset(person.email, person.id, now, event.id)
    const url = `${config.appUrl}/reset-password?token=${token}`
    const mail = resetMail({ ...to, code, url, expiresAt, isAsked })
    return { template: templateFor(event), mail, store: write, to: person.email }
  }),
)
