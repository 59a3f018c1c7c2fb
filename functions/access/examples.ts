import { examplesOf } from '../../shared/examples.ts'
import * as contract from './contract.ts'

export const examples = examplesOf(contract, {
  resources: { rol: { madeBy: 'createRole' } },
  requests: {
    createRole: {
      body: { name: 'auditor', displayName: 'Auditor', description: 'Looks, and changes nothing.', permissions: ['users:read'] },
    },
    updateRole: { body: { description: 'Looks at the people, and changes nothing.' } },
    setRolePermissions: { body: { permissions: ['users:read', 'roles:read'] } },
    createPermission: { body: { name: 'invoices:approve', description: 'Approve invoices for payment.' } },
  },
})
