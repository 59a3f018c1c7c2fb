import { lists } from '../../shared/resource/verbs.ts'
import { findSearches, toSearch } from './audit-search.ts'
import { listAuditSearches } from './contract.ts'

export const handler = lists(listAuditSearches, ({ query, tenant, actor }) => findSearches(tenant, actor.id, query), toSearch)
