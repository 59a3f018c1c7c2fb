import { BASIC_ROLE } from '../../shared/access/system-roles.ts'
import { requireFresh } from '../../shared/identity/fresh.ts'
import { newId } from '../../shared/ids.ts'
import type { Call } from '../../shared/serve/call.ts'
import type { Write } from '../../shared/store/writes.ts'
import type { createUser } from './contract.ts'
import { type Granter, grantsAdministration, inviterOf, requireGrantable } from './granting.ts'
import { commitInvited } from './invitation-store.ts'
import { toUser } from './present-user.ts'
import { invite } from './user.ts'

type Adding = Granter & Pick<Call<typeof createUser>, 'body' | 'actor' | 'session'>

/** Invites a person to the organization that the call acts in, be it the caller's or a customer's. */
export async function addUser(call: Adding, alongside: readonly Write[] = []) {
  const { body, organization, actor, policy, now } = call
  const { roleIds = [BASIC_ROLE], ...details } = body
  await requireGrantable(call, roleIds)
  if (grantsAdministration(roleIds)) requireFresh(call)
  const who = { id: newId('usr', Date.parse(now)), organizationId: organization.id }
  const invited = invite({ ...details, ...who, roleIds, by: actor.id, at: now, invitedFrom: inviterOf(call) })
  return commitInvited(call, invited, (user) => policy.ask((known) => toUser(user, { policy: known })), alongside)
}
