import * as events from '../../events/access-requests.ts'
import { context } from '../../shared/context.ts'
import { examplesOf } from '../../shared/examples.ts'
import { accessRequests } from './access-request.ts'
import * as contract from './contract.ts'
import { rule as onAccessRequestDue } from './on-access-request-due.ts'
import * as problems from './problems.ts'

export default context({
  ring: 'decisions',
  contract,
  events,
  problems,
  reactions: [onAccessRequestDue],
  entities: [accessRequests],
  ids: { acr: 'a request for access' },
  examples: examplesOf(contract, {
    resources: { acr: { madeBy: 'createAccessRequest' } },
    requests: {
      createAccessRequest: { body: { permission: 'interventions:assign', reason: 'I take the night shift this week.' } },
      approveAccessRequest: { body: {} },
      refuseAccessRequest: { body: { reason: 'Ask your team lead first.' } },
    },
  }),
})
