import { userEmailVerified, userJoined } from '../../events/users.ts'
import { config } from '../../shared/config.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { users } from '../users/reads.ts'
import { welcomeMail } from './mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction({
  on: [userEmailVerified, userJoined],
  summary: 'Mails a welcome, once in the life of a user.',
  ...MAIL_NEEDS,
})

/** A later change of address is verified too, and nobody is welcomed twice. Their first address is among the first few events. */
const EARLY = 50

async function isFirst({ tenant, event }: ReactionCall): Promise<boolean> {
  if (event.type === userJoined.name) return true
  if (event.version > EARLY) return false
  const before = (await tenant.events(users, event.aggregateId, { limit: EARLY })).filter(({ version }) => version < event.version)
  return before.every(({ type }) => type !== userEmailVerified.name && type !== userJoined.name)
}

export const handler = react('notifications-on-user-arrived', rule, (call) =>
  sendOnce(call, call.event.aggregateId, async ({ user, organization }) => {
    if (!(await isFirst(call))) return undefined
    return { template: 'welcome', mail: welcomeMail({ organization, firstName: user.firstName, url: config.appUrl }) }
  }),
)
