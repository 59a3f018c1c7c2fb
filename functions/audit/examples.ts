import { examplesOf } from '../../shared/examples.ts'
import * as contract from './contract.ts'

export const examples = examplesOf(contract, {
  resources: { aud: { listedBy: 'listAuditLogs' }, audit_export: { madeBy: 'exportAuditLogs' } },
  requests: {
    recordAuditLog: {
      body: {
        action: 'invoice.approved',
        resource: { id: 'INV-7', name: 'Invoice 7' },
        actor: { id: 'clerk-3', name: 'Kim Lee' },
        details: { amount: 1200 },
      },
    },
    exportAuditLogs: { body: { format: 'csv', filter: { action: 'user.locked' } } },
  },
})
