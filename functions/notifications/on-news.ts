import { userJoined, userRolesChanged, userUnlocked } from '../../events/users.ts'
import { react, reaction } from '../../shared/react.ts'
import { newsMail } from './mails.ts'
import { newsOf } from './news.ts'
import { wants } from './preference-store.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-news', {
  on: [userRolesChanged, userUnlocked, userJoined],
  summary: 'Mails people what changed for them, and who accepted their invitation, unless they refuse it.',
  ...MAIL_NEEDS,
  reads: [...MAIL_NEEDS.reads, 'PREFERENCES'],
})

export const handler = react(rule, async (call) => {
  const news = await newsOf(call)
  if (!news) return
  await sendOnce(call, news.to, async ({ user, organization }) => {
    if (!(await wants(call.tenant, user.id, call.event.type, 'email'))) return undefined
    return { template: 'news', mail: newsMail({ organization, firstName: user.firstName, ...news.message }) }
  })
})
