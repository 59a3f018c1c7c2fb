import { examplesOf, sampleId } from '../../shared/examples.ts'
import * as contract from './contract.ts'

export const examples = examplesOf(contract, {
  resources: { rol: { madeBy: 'createRole' }, asg: { madeBy: 'createRoleAssignment' } },
  requests: {
    createRole: {
      body: { name: 'auditor', displayName: 'Auditor', description: 'Looks, and changes nothing.', permissions: ['users:read'] },
    },
    updateRole: { body: { description: 'Looks at the people, and changes nothing.' } },
    setRolePermissions: { body: { permissions: ['users:read', 'roles:read'] } },
    createRoleAssignment: {
      body: {
        subject: { type: 'user', id: sampleId('usr') },
        permission: 'units:read',
        scope: { type: 'group', id: sampleId('grp') },
        conditions: [{ attribute: 'environment.mfa', operator: 'equals', value: true }],
      },
    },
    createPermission: { body: { name: 'invoices:approve', description: 'Approve invoices for payment.' } },
  },
})
