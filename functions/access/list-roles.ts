import { systemRoles } from '../../shared/access/system-roles.ts'
import { serve } from '../../shared/serve/serve.ts'
import { listRoles } from './contract.ts'

export const handler = serve(listRoles, ({ organization }) => {
  const given = systemRoles.filter(({ organizationType }) => organizationType === 'any' || organizationType === organization.type)
  return { items: given.map((role) => ({ ...role, permissions: [...role.permissions] })), nextCursor: null }
})
