import { serve } from '../../shared/serve/serve.ts'
import { listOrganizations } from './contract.ts'
import { type CustomerLink, requireProvider } from './customer-link.ts'

export const handler = serve(listOrganizations, ({ query, organization, tenant }) => {
  requireProvider(organization)
  const { limit, cursor, status } = query
  const keep = (link: CustomerLink) => link.status === status
  return tenant.list<CustomerLink>({ partitions: ['CUSTOMER'], limit, cursor, ...(status ? { keep } : {}) })
})
