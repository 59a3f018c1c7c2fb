import { deviceAppeared } from '../../events/identity.ts'
import { react, reaction } from '../../shared/react.ts'
import { wordsOf } from './inbox-text.ts'
import { newsMail } from './mails.ts'
import { newsOf } from './news.ts'
import { wants } from './preference-store.ts'
import { refusable } from './preferences.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-news', {
  // A new device has a mail of its own.
  on: refusable.filter(({ name }) => name !== deviceAppeared.name),
  summary: 'Mails people what changed for them, and who accepted their invitation, unless they refuse it.',
  ...MAIL_NEEDS,
  reads: [...MAIL_NEEDS.reads, 'PREFERENCES', 'ROLE', 'GROUP'],
})

export const handler = react(rule, async (call) => {
  const news = await newsOf(call)
  if (!news) return
  await sendOnce(call, news.to, async ({ user, to }) => {
    if (!(await wants(call.tenant, user.id, call.event.type, 'email'))) return undefined
    const words = wordsOf({ type: call.event.type, ...news.message }, to.locale)
    return { template: 'news', mail: newsMail({ ...to, ...words }) }
  })
})
