import * as events from '../../events/technicians.ts'
import { context } from '../../shared/context.ts'
import * as contract from './contract.ts'
import { examples } from './examples.ts'
import * as problems from './problems.ts'
import { accesses } from './technician-access.ts'

export default context({
  ring: 'access',
  contract,
  examples,
  events,
  problems,
  entities: [accesses],
  keeps: { GUEST: {} },
  ids: { tec: 'the access of a technician' },
  permissions: {
    'technician_access:create': 'Let technicians of the provider in.',
    'technician_access:read': 'See which technicians of the provider were let in, and are asked to be.',
    'technician_access:update': 'Revoke the access of technicians, and refuse it.',
    'customer_access:read': 'See which customers oneself may enter as a technician.',
    'remote_access:create': 'Enter customers as a technician, where they allow it, and ask them to.',
  },
})
