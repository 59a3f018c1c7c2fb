import { mailChangeUndone } from '../../events/identity.ts'
import { react, reaction } from '../../shared/react.ts'
import { undoneMail, undoneThereMail } from './account-mails.ts'
import { toldOf } from './person-news.ts'
import { sendEach } from './send-each.ts'
import { MAIL_NEEDS } from './send-once.ts'

export const rule = reaction('notifications/on-mail-change-undone', {
  on: [mailChangeUndone],
  summary: 'Mails both addresses that a change was undone: the old one how to go on, the other one that it opens the account no more.',
  ...MAIL_NEEDS,
  lookupReads: ['PERSON'],
})

export const handler = react(rule, async (call) => {
  const { userId, email, undoneEmail } = mailChangeUndone.data.parse(call.event.data)
  const told = await toldOf(call, userId)
  if (!told) return
  const { to: addressee, name } = told
  const at = call.event.timestamp
  await sendEach(call, [
    {
      template: 'mail_undone',
      to: email,
      userId,
      name,
      prepare: () => ({ mail: undoneMail({ ...addressee, at, undone: undoneEmail }) }),
    },
    {
      template: 'mail_lost',
      to: undoneEmail,
      userId,
      name,
      prepare: () => ({ mail: undoneThereMail({ ...addressee, at }) }),
    },
  ])
})
