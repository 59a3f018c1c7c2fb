import { requireFresh } from '../../shared/serve/fresh.ts'
import { serve } from '../../shared/serve/serve.ts'
import { arrival, findPerson } from '../identity/reads.ts'
import { commitTransition } from './commit-transition.ts'
import { restoreUser } from './contract.ts'
import { grantsAdministration, inviterOf, requireAsMighty, requireGrantable } from './granting.ts'
import { restore } from './user.ts'
import { users } from './user-store.ts'

/** With the user come their roles, so this is a grant too. Whoever is only invited again arrives when they accept. */
export const handler = serve(restoreUser, { resource: users, deleted: 'allowed' }, async (call) => {
  const { resource, lookups, tenant, now } = call
  const restored = restore(resource, now, inviterOf(call))
  const roleIds = resource.assignments.flatMap(({ roleId }) => roleId ?? [])
  await requireAsMighty(call, resource, 'restore')
  await requireGrantable(call, roleIds)
  if (grantsAdministration(roleIds)) requireFresh(call)
  const person = resource.status === 'invited' ? undefined : await findPerson(lookups, resource.id)
  return commitTransition(call, restored, ...(person ? arrival(person, tenant.id) : []))
})
