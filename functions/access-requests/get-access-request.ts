import { problem } from '../../shared/errors.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import { serve } from '../../shared/serve/serve.ts'
import { accessRequests, toAccessRequest } from './access-request.ts'
import { getAccessRequest } from './contract.ts'
import { GRANTING } from './deciding.ts'

export const handler = serve(getAccessRequest, { resource: accessRequests }, async ({ resource, principal, access }) => {
  const isOwn = resource.requesterId === principal.id
  if (!isOwn && !(await access.allowed(GRANTING, resourceOf(accessRequests, resource)))) throw problem('NOT_FOUND')
  return toAccessRequest(resource)
})
