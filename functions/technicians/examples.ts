import { examplesOf, sampleId } from '../../shared/examples.ts'
import * as contract from './contract.ts'

const terms = { accessLevel: 'read' as const, allowedServices: ['units', 'users'] }
const hours = { timeZone: 'Pacific/Auckland', days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }

export const examples = examplesOf(contract, {
  // A technician of the provider is let in by the customer, which takes both.
  resources: { tec: { listedBy: 'listTechnicianAccess' } },
  requests: {
    grantTechnicianAccess: {
      body: { technicianId: sampleId('usr'), ...terms, ipRestrictions: ['203.0.113.0/24'], timeRestrictions: hours },
    },
    revokeTechnicianAccess: { body: { reason: 'The work is done.' } },
    requestTechnicianAccess: { body: { organizationId: sampleId('org'), ...terms, notes: 'To repair the import of units.' } },
  },
})
