import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { getRole } from './contract.ts'
import { isFor, roleOrSystemRole, toRole } from './role.ts'

export const handler = serve(getRole, roleOrSystemRole, ({ resource, organization }) => {
  if (!isFor(organization)(resource)) throw problem('NOT_FOUND')
  return toRole(resource)
})
