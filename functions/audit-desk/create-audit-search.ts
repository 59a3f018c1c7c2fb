import { creates } from '../../shared/resource/verbs.ts'
import { auditSearches, requireSharing, saveSearch, toSearch } from './audit-search.ts'
import { createAuditSearch } from './contract.ts'

export const handler = creates(
  createAuditSearch,
  auditSearches,
  async ({ body, tenant, actor, access, now }) => {
    if (body.isShared) await requireSharing(access)
    return saveSearch(tenant.id, body, actor.id, now)
  },
  toSearch,
)
