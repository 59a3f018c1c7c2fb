import { serve } from '../../shared/serve/serve.ts'
import { commitTransition } from './commit-transition.ts'
import { restoreUser } from './contract.ts'
import { requireGrantable } from './granting.ts'
import { restore } from './user.ts'
import { users } from './user-store.ts'

/** With the user come their roles, so this is a grant too. */
export const handler = serve(restoreUser, { resource: users, deleted: 'allowed' }, async (call) => {
  const { resource, now } = call
  const restored = restore(resource, now)
  await requireGrantable(
    call,
    resource.assignments.flatMap(({ roleId }) => roleId ?? []),
  )
  return commitTransition(call, restored)
})
