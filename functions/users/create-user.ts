import { BASIC_ROLE } from '../../shared/access/system-roles.ts'
import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { createUser } from './contract.ts'
import { requireGrantable, requireVerified } from './granting.ts'
import { commitInvited } from './invitation-store.ts'
import { toUser } from './present-user.ts'
import { invite } from './user.ts'

export const handler = serve(createUser, async (call) => {
  const { body, organization, actor, policy, now } = call
  const { roleIds = [BASIC_ROLE], ...details } = body
  requireVerified(call)
  await requireGrantable(call, roleIds)
  const who = { id: newId('usr', Date.parse(now)), organizationId: organization.id, homeOrganizationId: organization.id }
  const invited = invite({ ...details, ...who, roleIds, by: actor.id, at: now })
  return commitInvited(call, invited, (user) => toUser(user, policy))
})
