import * as events from '../../events/organizations.ts'
import { context } from '../../shared/context.ts'
import * as contract from './contract.ts'
import { examples } from './examples.ts'
import { rule as onClosingDue } from './on-closing-due.ts'
import { rule as onCustomerChanged } from './on-customer-changed.ts'
import { rule as onOrganizationEnded } from './on-organization-ended.ts'
import { organizations } from './organization-store.ts'
import * as problems from './problems.ts'

export default context({
  ring: 'organization',
  contract,
  examples,
  events,
  problems,
  reactions: [onClosingDue, onCustomerChanged, onOrganizationEnded],
  entities: [organizations],
  keeps: { CUSTOMER: { tallies: ['CUSTOMERS'] } },
  ids: { org: 'an organization' },
  permissions: {
    'organization:read': 'See the organization: its name, its state and its settings.',
    'organization:update': 'Change the name and the settings of the organization.',
    'organization:end_provider': 'End the link to the provider that looks after the organization.',
    'organizations:create': 'Make organizations for customers.',
    'organizations:read': 'See the customers and their organizations.',
    'organizations:update': 'Change the organizations of customers.',
    'organizations:activate': 'Take customers into service, and suspend them.',
    'organizations:close': 'Let customers leave, and call it off.',
    'organizations:read_users': 'See the people of a customer.',
    'organizations:create_users': 'Invite people into the organization of a customer.',
    'organizations:appoint': 'Make somebody administrator of a customer.',
  },
})
