import { userDeleted, userInvitationAccepted, userJoined, userLeft, userRestored } from '../../events/users.ts'
import { isProblem } from '../../shared/errors.ts'
import { react, reaction } from '../../shared/react.ts'
import { find } from '../../shared/resource/find.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { leaveGroup, type User, users } from '../users/door.ts'
import { counts } from './group.ts'
import { addMember, isIn, type Member, members, removeMember } from './member.ts'
import { readMember } from './member-store.ts'
import { GROUP_UNKNOWN } from './problems.ts'

export const rule = reaction('groups/on-user-settled', {
  on: [userDeleted, userInvitationAccepted, userJoined, userLeft, userRestored],
  summary: 'Counts users who leave the organization out of their groups, and those who join it or come back into them.',
  writes: ['GROUP', 'GROUP_MEMBER', 'USER'],
})

/** More than anybody is in. */
const MOST = 100

/** A group that was removed meanwhile is none to come back to. */
async function comesBack(tenant: Tenant, user: User, groupId: string, writes: Write[], now: string): Promise<void> {
  try {
    await tenant.commit([counts(tenant.id, groupId, 1), ...writes])
  } catch (error) {
    const left = isProblem(error, GROUP_UNKNOWN) && leaveGroup(user, groupId, now)
    if (!left) throw error
    await tenant.commit(save(users, left))
  }
}

/** Makes the membership what the user's record says, as it is now. */
const settle = (tenant: Tenant, groupId: string, userId: string, now: string) =>
  retryConflicts(async () => {
    const { user, member } = await readMember(tenant, groupId, userId)
    const here = user && !user.deletedAt && user.groupIds?.includes(groupId) ? user : undefined
    if (!here && isIn(member)) await tenant.commit([counts(tenant.id, groupId, -1), save(members, removeMember(member, now))])
    if (!here || isIn(member)) return
    const { roleInGroup, addedBy }: Pick<Member, 'roleInGroup' | 'addedBy'> = member ?? { addedBy: here.createdBy }
    const joining = { organizationId: tenant.id, groupId, userId, roleInGroup, addedBy }
    await comesBack(tenant, here, groupId, [save(members, addMember(member, joining, now))], now)
  })

export const handler = react(rule, async ({ event, tenant, now }) => {
  const userId = event.aggregateId
  const [user, listed] = await Promise.all([tenant.get(users, userId), find(tenant, members, { limit: MOST, by: { USER: userId } })])
  const groupIds = new Set([...listed.items.map(({ groupId }) => groupId), ...(user?.groupIds ?? [])])
  for (const groupId of groupIds) await settle(tenant, groupId, userId, now)
})
