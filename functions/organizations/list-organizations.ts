import type { Endpoint, Page } from '../../shared/endpoint.ts'
import { pageOf } from '../../shared/resource/page-of.ts'
import type { Call } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { customerKey } from '../../shared/store/keys.ts'
import { listOrganizations } from './contract.ts'
import { type CustomerLink, requireProvider } from './customer-link.ts'

type Listing = Pick<Call<typeof listOrganizations>, 'query' | 'organization' | 'tenant'>

const PERMISSION = listOrganizations.permission

/** Of those who were given some customers to look after, these alone are read. */
async function pageOfSome({ query, organization, tenant }: Listing, ids: readonly string[]): Promise<Page<CustomerLink>> {
  const links = await tenant.read<CustomerLink>(...ids.map((id) => customerKey(tenant.id, id)))
  const fitting = links.filter((link) => link !== undefined && (query.status === undefined || link.status === query.status))
  const binding = { key: organization.cursorKey, tenant: tenant.id, list: `${listOrganizations.route}?${query.status}` }
  return pageOf(fitting as CustomerLink[], query, binding)
}

function pageOfAll({ query: { status, ...page }, tenant }: Listing): Promise<Page<CustomerLink>> {
  const keep = (link: CustomerLink) => link.status === status
  return tenant.list<CustomerLink>({ partitions: ['CUSTOMER'], ...page, ...(status ? { keep } : {}) })
}

/** What a grant asks of each customer, its scope cannot say. */
async function allowedOf<T extends { id: string }>({ access }: Pick<Call<Endpoint>, 'access'>, items: readonly T[]): Promise<T[]> {
  const allowed = await Promise.all(items.map(({ id }) => access.allowed(PERMISSION, { type: 'organization', id })))
  return items.filter((_, n) => allowed[n])
}

export const handler = serve(listOrganizations, async (call) => {
  requireProvider(call.organization)
  const scopes = await call.access.scopes(PERMISSION)
  const some = scopes.flatMap((scope) => (scope.type === 'resource' && scope.resourceType === 'organization' ? [scope.id] : []))
  const isAll = scopes.some(({ type }) => type === 'organization')
  const page = isAll ? await pageOfAll(call) : await pageOfSome(call, [...new Set(some)])
  return { ...page, items: await allowedOf(call, page.items) }
})
