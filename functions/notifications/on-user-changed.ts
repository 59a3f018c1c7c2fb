import { react, reaction } from '../../shared/react.ts'
import { newsOf } from './news.ts'
import { tell } from './notification.ts'
import { deliver } from './notification-store.ts'
import { wants } from './preference-store.ts'
import { refusable } from './preferences.ts'

export const rule = reaction('notifications/on-user-changed', {
  on: refusable,
  summary: 'Tells people in their inbox what changed for them, and who accepted their invitation, unless they refuse it.',
  reads: ['USER', 'PREFERENCES', 'ROLE', 'GROUP'],
  writes: ['INBOX'],
})

export const handler = react(rule, async (call) => {
  const { event, tenant, now } = call
  const news = await newsOf(call)
  if (!news || !(await wants(tenant, news.to, event.type, 'inApp'))) return
  await call.once(deliver(tenant.id, news.to, tell(event, news.message, now)))
})
