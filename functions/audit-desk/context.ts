import * as events from '../../events/audit-desk.ts'
import { context } from '../../shared/context.ts'
import { examplesOf } from '../../shared/examples.ts'
import { auditSearches } from './audit-search.ts'
import * as contract from './contract.ts'

export default context({
  ring: 'administration',
  contract,
  events,
  entities: [auditSearches],
  ids: { aus: 'a saved search of the audit trail' },
  examples: examplesOf(contract, {
    resources: { aus: { madeBy: 'createAuditSearch' }, hld: { madeBy: 'createLegalHold' } },
    requests: {
      createLegalHold: { body: { reason: 'Case 12/2026' } },
      releaseLegalHold: { body: { reason: 'The case is closed.' } },
      createAuditSearch: { body: { name: 'Refused sign-ins', filter: { action: 'auth.login.failed' } } },
      updateAuditSearch: { body: { name: 'Refused sign-ins of all' } },
    },
  }),
})
