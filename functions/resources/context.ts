import * as events from '../../events/resources.ts'
import { context } from '../../shared/context.ts'
import { examplesOf, sampleId } from '../../shared/examples.ts'
import * as contract from './contract.ts'
import { rule as onResourceChanged } from './on-resource-changed.ts'
import * as problems from './problems.ts'
import { resources } from './resource.ts'
import { resourceTypes } from './resource-type.ts'

export default context({
  ring: 'decisions',
  contract,
  events,
  problems,
  reactions: [onResourceChanged],
  entities: [resourceTypes, resources],
  ids: { rty: 'a type of an organization’s own things', res: 'one of an organization’s own things' },
  permissions: {
    'resource_types:create': 'Register types of the organization’s own things, and what can be done with them.',
    'resource_types:read': 'See which types are registered.',
    'resource_types:update': 'Change what types are called, and what can be done with them.',
    'resource_types:delete': 'Take types out.',
    'resources:create': 'Register things of the organization’s own applications.',
    'resources:read': 'See which things are registered, where they lie and whose they are.',
    'resources:update': 'Say where registered things lie, whose they are and what they are like.',
    'resources:delete': 'Take registered things out.',
  },
  examples: examplesOf(contract, {
    resources: { rty: { madeBy: 'createResourceType' }, res: { madeBy: 'createResource' } },
    requests: {
      createResourceType: {
        body: { type: 'purchase_order', displayName: 'Purchase order', actions: [{ name: 'approve', description: 'Let it be sent.' }] },
      },
      updateResourceType: { body: { description: 'What we buy' } },
      createResource: {
        body: { type: 'purchase_order', key: 'PO-7', ownerId: sampleId('usr'), attributes: { amount: 1200, status: 'open' } },
      },
      updateResource: { body: { attributes: { status: 'sent' } } },
    },
  }),
})
