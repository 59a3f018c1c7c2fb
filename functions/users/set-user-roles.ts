import { requireFresh } from '../../shared/serve/fresh.ts'
import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { setUserRoles } from './contract.ts'
import { grantsAdministration, requireAsMighty, requireGrantable, rolesFor } from './granting.ts'
import { toUser } from './present-user.ts'
import { setRoles } from './user-details.ts'
import { users } from './user-store.ts'

export const handler = serve(setUserRoles, { resource: users }, async (call) => {
  const { resource, body, actor, policy, now } = call
  rolesFor(call, body.roleIds)
  const change = setRoles(resource, body.roleIds, actor.id, now)
  if (!change) return toUser(resource, policy)
  const moved = [...(change.data.added as string[]), ...(change.data.removed as string[])]
  await requireAsMighty(call, resource, 'change the roles of')
  await requireGrantable(call, moved)
  if (grantsAdministration(moved)) requireFresh(call)
  return commitTransition(call, change)
})
