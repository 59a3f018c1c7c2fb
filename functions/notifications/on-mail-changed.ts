import { mailChanged } from '../../events/identity.ts'
import { config } from '../../shared/config.ts'
import { react, reaction } from '../../shared/react.ts'
import { mintUndo } from '../identity/door.ts'
import { mailChangedMail, mailConfirmedMail } from './account-mails.ts'
import { toldOf } from './person-news.ts'
import { sendEach } from './send-each.ts'
import { MAIL_NEEDS } from './send-once.ts'

export const rule = reaction('notifications/on-mail-changed', {
  on: [mailChanged],
  summary: 'Mails the old address a link that undoes the change for 72 hours, and the new one a confirmation.',
  ...MAIL_NEEDS,
  lookups: ['MAILS', 'UNDO_LINK'],
  lookupReads: ['PERSON'],
})

export const handler = react(rule, async (call) => {
  const { userId, email, oldEmail } = mailChanged.data.parse(call.event.data)
  const told = await toldOf(call, userId)
  if (!told) return
  const { to: addressee, name } = told
  const { timestamp: changedAt, metadata } = call.event
  await sendEach(call, [
    {
      template: 'mail_changed',
      to: oldEmail,
      userId,
      name,
      prepare() {
        const { token, expiresAt, write } = mintUndo({ personId: userId, oldEmail, changedAt })
        const url = `${config.appUrl}/undo-email-change?token=${token}`
        return { mail: mailChangedMail({ ...addressee, next: email, at: changedAt, url, expiresAt }), store: write }
      },
    },
    {
      template: 'mail_confirmed',
      to: email,
      userId,
      name,
      prepare: () => ({ mail: mailConfirmedMail({ ...addressee, at: changedAt, ipAddress: metadata.ipAddress }) }),
    },
  ])
})
