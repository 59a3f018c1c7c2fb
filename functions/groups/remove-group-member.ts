import { serve } from '../../shared/serve/serve.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save } from '../../shared/store/writes.ts'
import { leaveGroup, users } from '../users/door.ts'
import { removeGroupMember } from './contract.ts'
import { requireGroupHeld } from './granting.ts'
import { counts, groups } from './group.ts'
import { members, removeMember } from './member.ts'
import { readMember } from './member-store.ts'

export const handler = serve(removeGroupMember, { resource: groups }, (call) => {
  const { resource: group, params, tenant, now } = call
  return retryConflicts(async () => {
    const { user, member } = await readMember(tenant, group.id, params.userId)
    const removed = removeMember(member, now)
    if (user) await requireGroupHeld(call, group, user, 'take somebody out of a group')
    const left = user && leaveGroup(user, group.id, now)
    return tenant.commit([counts(tenant.id, group.id, -1), save(members, removed), ...(left ? [save(users, left)] : [])])
  })
})
