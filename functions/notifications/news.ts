import { deviceAppeared } from '../../events/identity.ts'
import { userJoined, userRolesChanged } from '../../events/users.ts'
import { systemRole } from '../../shared/access/system-roles.ts'
import type { ReactionCall } from '../../shared/react.ts'
import { users } from '../users/door.ts'
import type { Message } from './notification.ts'

/** A message, and whom it is for. */
export interface News {
  to: string
  message: Message
}

type Telling = Pick<ReactionCall, 'event' | 'tenant'>

const named = (roleIds: string[]) => roleIds.map((id) => systemRole(id)?.displayName ?? id).join(', ')

function rolesChanged({ event }: Telling): News {
  const { added, removed } = userRolesChanged.data.parse(event.data)
  const by = event.metadata.actorName ?? 'An administrator'
  const parts = [...(added.length ? [`gave you ${named(added)}`] : []), ...(removed.length ? [`took ${named(removed)} from you`] : [])]
  const message = { title: 'Your roles changed', body: `${by} ${parts.join(' and ')}.`, link: '/api/v1/auth/me' }
  return { to: event.aggregateId, message }
}

async function joined({ event, tenant }: Telling): Promise<News | undefined> {
  const user = await tenant.get(users, event.aggregateId)
  if (!user || user.createdBy === user.id || !user.createdBy.startsWith('usr_')) return undefined
  // A provider's person, who invites from outside, has no inbox here.
  if (!(await tenant.get(users, user.createdBy))) return undefined
  const name = `${user.firstName} ${user.lastName}`
  const body = `${name} accepted your invitation and can sign in now.`
  return { to: user.createdBy, message: { title: `${name} joined`, body, link: `/api/v1/users/${user.id}` } }
}

function unlocked({ event }: Telling): News {
  const body = `${event.metadata.actorName ?? 'An administrator'} unlocked your account.`
  return { to: event.aggregateId, message: { title: 'Your account was unlocked', body } }
}

function newDevice({ event }: Telling): News {
  const { userId, device } = deviceAppeared.data.parse(event.data)
  const body = `Somebody signed in as you with ${device}, which you have not used before.`
  return { to: userId, message: { title: 'New sign-in', body, link: '/api/v1/auth/sessions' } }
}

/** How people are told what happened, in the inbox and by mail alike. */
export const newsOf = (call: Telling): News | undefined | Promise<News | undefined> => {
  const { type } = call.event
  if (type === userRolesChanged.name) return rolesChanged(call)
  if (type === userJoined.name) return joined(call)
  return type === deviceAppeared.name ? newDevice(call) : unlocked(call)
}
