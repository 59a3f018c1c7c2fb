import { userCreated, userJoined } from '../../events/users.ts'
import { config } from '../../shared/config.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { users } from '../users/door.ts'
import { welcomeMail } from './mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-user-arrived', {
  on: [userCreated, userJoined],
  only: { how: ['registered', undefined] },
  summary: 'Mails a welcome, once in the life of a user: after a registration that was proven, and after joining.',
  ...MAIL_NEEDS,
})

/** Whoever founds a further organization knows the product, and whoever is invited is welcomed when they join. */
const isArrival = ({ type, data }: Pick<DomainEvent, 'type' | 'data'>) =>
  type === userJoined.name || (type === userCreated.name && data.how === 'registered')

/** A first arrival is among a user's first few events. */
const EARLY = 50

async function isFirst({ tenant, event }: ReactionCall): Promise<boolean> {
  if (event.version > EARLY) return false
  const before = (await tenant.events(users, event.aggregateId, { limit: EARLY })).filter(({ version }) => version < event.version)
  return !before.some(isArrival)
}

export const handler = react(rule, async (call) => {
  if (!isArrival(call.event)) return
  await sendOnce(call, call.event.aggregateId, async ({ to }) => {
    if (!(await isFirst(call))) return undefined
    return { template: 'welcome', mail: welcomeMail({ ...to, url: config.appUrl }) }
  })
})
