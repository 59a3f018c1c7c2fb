import { requireFresh } from '../../shared/serve/fresh.ts'
import { serve } from '../../shared/serve/serve.ts'
import { arrival, belongsElsewhere, findPerson } from '../identity/reads.ts'
import { commitTransition } from './commit-transition.ts'
import { restoreUser } from './contract.ts'
import { grantsAdministration, inviterOf, requireAsMighty, requireGrantable } from './granting.ts'
import { restore } from './user.ts'
import { users } from './user-store.ts'

/**
 * With the user come their roles, so this is a grant too. Nobody is made a member again without their word who belongs elsewhere by now:
 * an organization of theirs may object to a recovery. Whoever is only invited arrives when they accept.
 */
export const handler = serve(restoreUser, { resource: users, deleted: 'allowed' }, async (call) => {
  const { resource, lookups, tenant, now } = call
  const person = await findPerson(lookups, resource.id)
  const mustAccept = person !== undefined && belongsElsewhere(person, tenant.id)
  const restored = restore(resource, now, inviterOf(call), mustAccept)
  const roleIds = resource.assignments.flatMap(({ roleId }) => roleId ?? [])
  await requireAsMighty(call, resource, 'restore')
  await requireGrantable(call, roleIds)
  if (grantsAdministration(roleIds)) requireFresh(call)
  const arrives = person && restored.after.status !== 'invited'
  return commitTransition(call, restored, ...(arrives ? arrival(person, tenant.id) : []))
})
