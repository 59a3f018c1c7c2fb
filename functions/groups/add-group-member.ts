import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save } from '../../shared/store/writes.ts'
import { joinGroup, users } from '../users/door.ts'
import { addGroupMember } from './contract.ts'
import { requireGroupHeld, requireNoGainBy, requireSayOver } from './granting.ts'
import { counts, groups } from './group.ts'
import { addMember, members, toMember } from './member.ts'
import { readMember } from './member-store.ts'
import { MEMBER_UNKNOWN } from './problems.ts'

export const handler = serve(addGroupMember, { resource: groups }, (call) => {
  const { resource: group, body, tenant, actor, now } = call
  return retryConflicts(async () => {
    const { user, member } = await readMember(tenant, group.id, body.userId)
    if (!user || user.deletedAt) throw problem(MEMBER_UNKNOWN)
    await requireSayOver(call, user)
    await requireGroupHeld(call, group, user, 'put somebody into a group')
    const added = addMember(member, { ...body, organizationId: tenant.id, groupId: group.id, addedBy: actor.id }, now)
    const joined = joinGroup(user, group.id, now)
    if (joined) await requireNoGainBy(call, user, joined.after)
    const writes = [counts(tenant.id, group.id, 1), save(members, added), ...(joined ? [save(users, joined)] : [])]
    return tenant.commit(writes, toMember(added.after))
  })
})
