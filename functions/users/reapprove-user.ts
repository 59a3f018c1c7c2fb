import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { findPerson } from '../identity/reads.ts'
import { commitTransition } from './commit-transition.ts'
import { reapproveUser } from './contract.ts'
import { requireAsMighty } from './granting.ts'
import { reapprove } from './user.ts'
import { users } from './user-store.ts'

export const handler = serve(reapproveUser, { resource: users }, async (call) => {
  const { resource, principal, lookups, now } = call
  if (resource.id === principal.id) throw problem('FORBIDDEN', { message: 'Nobody approves themselves. Ask another administrator.' })
  const person = await findPerson(lookups, resource.id)
  const approved = reapprove(resource, now, { since: person?.approvalsVoidAt })
  await requireAsMighty(call, resource, 'approve')
  return commitTransition(call, approved)
})
