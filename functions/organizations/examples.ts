import { examplesOf } from '../../shared/examples.ts'
import * as contract from './contract.ts'

const reason = 'As agreed with the customer.'

export const examples = examplesOf(contract, {
  resources: { org: { madeBy: 'createCustomerOrganization' } },
  requests: {
    createCustomerOrganization: { body: { name: 'Analytical Engines' } },
    updateOrganization: { body: { name: 'Analytical Engines Limited' } },
    updateCustomerOrganization: { body: { name: 'Analytical Engines Limited' } },
    activateOrganization: { body: { reason } },
    suspendOrganization: { body: { reason } },
    offboardOrganization: { body: { reason } },
    closeOrganization: { body: { reason } },
    createOrganizationUser: { body: { email: 'joan@example.com', firstName: 'Joan', lastName: 'Clarke' } },
  },
})
