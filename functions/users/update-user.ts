import { mergePatch } from '../../shared/merge-patch.ts'
import { serve } from '../../shared/serve/serve.ts'
import { updateUser } from './contract.ts'
import { commitDetails } from './edit-user.ts'
import { detailsOf } from './user-details.ts'
import { users } from './user-store.ts'

export const handler = serve(updateUser, { resource: users }, (call) =>
  commitDetails(call, call.resource, mergePatch(detailsOf(call.resource), call.body)),
)
