import { requireFresh } from '../../shared/identity/fresh.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { setUserRoles } from './contract.ts'
import { grantsAdministration, requireAsMighty, requireGrantable, rolesFor, withoutRemoved } from './granting.ts'
import { toUser } from './present-user.ts'
import { setRoles } from './user-details.ts'
import { users } from './user-store.ts'

export const handler = transitions(
  setUserRoles,
  users,
  async (user, call) => {
    const { body, actor, now } = call
    await rolesFor(call, body.roleIds)
    const change = setRoles(user, body.roleIds, actor.id, now)
    if (!change) return undefined
    const moved = [...(change.data.added as string[]), ...(change.data.removed as string[])]
    await requireAsMighty(call, user, 'change the roles of')
    await requireGrantable(call, await withoutRemoved(call, moved))
    if (grantsAdministration(moved)) requireFresh(call)
    return change
  },
  toUser,
)
