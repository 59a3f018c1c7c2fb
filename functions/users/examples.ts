import { examplesOf } from '../../shared/examples.ts'
import * as contract from './contract.ts'

const person = { email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper' }

export const examples = examplesOf(contract, {
  resources: { usr: { madeBy: 'createUser' } },
  requests: {
    createUser: { body: { ...person, department: 'Compilers', roleIds: ['rol_basic_user'] } },
    replaceUser: { body: { ...person, department: 'Compilers' } },
    updateUser: { body: { department: 'Compilers' } },
    setUserRoles: { body: { roleIds: ['rol_report_viewer'] } },
    moveUser: { body: { unitId: null } },
    lockUser: { body: { reason: 'The laptop was stolen.' } },
  },
})
