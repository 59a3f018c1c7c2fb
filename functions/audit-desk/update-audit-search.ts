import { transitions } from '../../shared/resource/verbs.ts'
import { auditSearches, editSearch, requireChangeable, toSearch } from './audit-search.ts'
import { updateAuditSearch } from './contract.ts'

export const handler = transitions(
  updateAuditSearch,
  auditSearches,
  async (search, call) => {
    await requireChangeable(search, call, call.body)
    return editSearch(search, call.body, call.now)
  },
  toSearch,
)
