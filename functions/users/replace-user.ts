import { mergePatch } from '../../shared/merge-patch.ts'
import { serve } from '../../shared/serve/serve.ts'
import { replaceUser } from './contract.ts'
import { commitDetails } from './edit-user.ts'
import { detailsOf } from './user-details.ts'
import { users } from './user-store.ts'

/** What a replacement leaves out is emptied. */
const EMPTY = { phone: null, department: null, profileImage: null, employmentEquity: null, preferences: null, metadata: null }

export const handler = serve(replaceUser, { resource: users }, (call) => {
  const emptied = mergePatch(detailsOf(call.resource), EMPTY)
  return commitDetails(call, call.resource, mergePatch(emptied, call.body))
})
