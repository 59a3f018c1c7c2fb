import { userJoined, userRolesChanged, userUnlocked } from '../../events/users.ts'
import { systemRole } from '../../shared/access/system-roles.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { users } from '../users/reads.ts'
import { type Message, tell } from './notification.ts'
import { deliver } from './notification-store.ts'

export const rule = reaction({
  on: [userRolesChanged, userUnlocked, userJoined],
  summary: 'Tells people in their inbox what changed for them, and who accepted their invitation.',
  writes: ['USER'],
})

interface Told extends Message {
  to: string
}

const named = (roleIds: string[]) => roleIds.map((id) => systemRole(id)?.displayName ?? id).join(', ')

function rolesChanged({ event }: ReactionCall): Told {
  const { added, removed } = userRolesChanged.data.parse(event.data)
  const by = event.metadata.actorName ?? 'An administrator'
  const parts = [...(added.length ? [`gave you ${named(added)}`] : []), ...(removed.length ? [`took ${named(removed)} from you`] : [])]
  return { to: event.aggregateId, title: 'Your roles changed', body: `${by} ${parts.join(' and ')}.`, link: '/api/v1/auth/me' }
}

async function joined({ event, tenant }: ReactionCall): Promise<Told | undefined> {
  const user = await tenant.get(users, event.aggregateId)
  if (!user || user.createdBy === user.id || !user.createdBy.startsWith('usr_')) return undefined
  // A provider's person, who invites from outside, has no inbox here.
  if (!(await tenant.get(users, user.createdBy))) return undefined
  const body = `${user.firstName} ${user.lastName} accepted your invitation and can sign in now.`
  return { to: user.createdBy, title: `${user.firstName} ${user.lastName} joined`, body, link: `/api/v1/users/${user.id}` }
}

const unlocked = ({ event }: ReactionCall): Told => ({
  to: event.aggregateId,
  title: 'Your account was unlocked',
  body: `${event.metadata.actorName ?? 'An administrator'} unlocked your account.`,
})

const messageOf = (call: ReactionCall): Told | undefined | Promise<Told | undefined> => {
  if (call.event.type === userRolesChanged.name) return rolesChanged(call)
  return call.event.type === userJoined.name ? joined(call) : unlocked(call)
}

export const handler = react('notifications-on-user-changed', rule, async (call) => {
  const told = await messageOf(call)
  if (!told) return
  const { to, ...message } = told
  await call.once(deliver(call.tenant.id, to, tell(call.event, message, call.now)))
})
