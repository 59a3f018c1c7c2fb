import { accessRequestApproved, accessRequestExpired, accessRequestRefused } from '../../events/access-requests.ts'
import { groupMemberAdded } from '../../events/groups.ts'
import { deviceAppeared } from '../../events/identity.ts'
import { unitCreated } from '../../events/units.ts'
import { userRolesChanged } from '../../events/users.ts'
import type { ReactionCall } from '../../shared/react.ts'
import { calledHere } from '../access/door.ts'
import { groups } from '../groups/door.ts'
import { users } from '../users/door.ts'
import type { Message } from './notification.ts'
import { isRefusable, type Refusable } from './preferences.ts'

/** A message, and whom it is for. */
export interface News {
  to: string
  message: Message
}

type Telling = Pick<ReactionCall, 'event' | 'tenant'>

const actorOf = ({ event }: Telling) => {
  const { actorName } = event.metadata
  return actorName === undefined ? {} : { actor: actorName }
}

async function rolesChanged(call: Telling): Promise<News> {
  const { data } = call.event
  const called = (what: string[]) => Promise.all(what.map((each) => calledHere(call.tenant, each)))
  const { added: given, removed: taken } = userRolesChanged.data.parse(data)
  const [added, removed] = await Promise.all([called(given), called(taken)])
  return { to: call.event.aggregateId, message: { parameters: { ...actorOf(call), added, removed }, link: '/api/v1/auth/me' } }
}

async function joined({ event, tenant }: Telling): Promise<News | undefined> {
  const user = await tenant.get(users, event.aggregateId)
  if (!user || user.createdBy === user.id || !user.createdBy.startsWith('usr_')) return undefined
  // A provider's person, who invites from outside, has no inbox here.
  if (!(await tenant.get(users, user.createdBy))) return undefined
  const parameters = { name: `${user.firstName} ${user.lastName}` }
  return { to: user.createdBy, message: { parameters, link: `/api/v1/users/${user.id}` } }
}

const unlocked = (call: Telling): News => ({ to: call.event.aggregateId, message: { parameters: actorOf(call) } })

function newDevice({ event }: Telling): News {
  const { userId, device } = deviceAppeared.data.parse(event.data)
  return { to: userId, message: { parameters: { device }, link: '/api/v1/auth/sessions' } }
}

/** Whoever looks after a unit from now on is told, unless they took it themselves. */
function unitGiven(call: Telling): News | undefined {
  const { aggregateId, aggregateName = aggregateId, data, metadata } = call.event
  const { ownerId } = unitCreated.data.parse(data)
  if (ownerId === metadata.actorId) return undefined
  return { to: ownerId, message: { parameters: { ...actorOf(call), unit: aggregateName }, link: `/api/v1/units/${aggregateId}` } }
}

/** Whoever is put into a group by somebody else is told of it by its name. */
async function putIntoGroup(call: Telling): Promise<News | undefined> {
  const { groupId, userId } = groupMemberAdded.data.parse(call.event.data)
  const group = userId === call.event.metadata.actorId ? undefined : await call.tenant.get(groups, groupId)
  if (!group) return undefined
  return { to: userId, message: { parameters: { ...actorOf(call), group: group.name }, link: `/api/v1/groups/${groupId}` } }
}

const requestLink = (id: string) => `/api/v1/access/requests/${id}`

function accessApproved(call: Telling): News {
  const { requesterId, permission, expiresAt } = accessRequestApproved.data.parse(call.event.data)
  const parameters = { ...actorOf(call), permission, expiresAt }
  return { to: requesterId, message: { parameters, link: requestLink(call.event.aggregateId) } }
}

function accessRefused(call: Telling): News {
  const { requesterId, permission, reason } = accessRequestRefused.data.parse(call.event.data)
  return { to: requesterId, message: { parameters: { ...actorOf(call), permission, reason }, link: requestLink(call.event.aggregateId) } }
}

function accessUndecided({ event }: Telling): News {
  const { requesterId, permission } = accessRequestExpired.data.parse(event.data)
  return { to: requesterId, message: { parameters: { permission }, link: requestLink(event.aggregateId) } }
}

const NEWS: Record<Refusable, (call: Telling) => News | undefined | Promise<News | undefined>> = {
  'user.roles_changed': rolesChanged,
  'user.unlocked': unlocked,
  'user.joined': joined,
  'auth.device.appeared': newDevice,
  'group.member_added': putIntoGroup,
  'unit.created': unitGiven,
  'unit.owner_changed': unitGiven,
  'access_request.approved': accessApproved,
  'access_request.refused': accessRefused,
  'access_request.expired': accessUndecided,
}

/** What is told of an event, in the inbox and by mail alike; of one that is not among them, nothing. */
export const newsOf = (call: Telling): News | undefined | Promise<News | undefined> => {
  const { type } = call.event
  return isRefusable(type) ? NEWS[type](call) : undefined
}
