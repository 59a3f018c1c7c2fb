import { transitions } from '../../shared/resource/verbs.ts'
import { auditSearches, removeSearch, requireChangeable } from './audit-search.ts'
import { deleteAuditSearch } from './contract.ts'

export const handler = transitions(deleteAuditSearch, auditSearches, async (search, call) => {
  await requireChangeable(search, call)
  return removeSearch(search, call.now)
})
