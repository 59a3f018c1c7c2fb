import * as events from '../../events/keys.ts'
import { context } from '../../shared/context.ts'
import { examplesOf } from '../../shared/examples.ts'
import { apiKeys } from './api-key.ts'
import * as contract from './contract.ts'

export default context({
  ring: 'access',
  contract,
  events,
  entities: [apiKeys],
  ids: { key: 'an API key' },
  permissions: {
    'api_keys:create': 'Make API keys.',
    'api_keys:read': 'See the API keys, and when they were used.',
    'api_keys:update': 'Give API keys another secret.',
    'api_keys:delete': 'Remove API keys.',
  },
  examples: examplesOf(contract, {
    resources: { key: { madeBy: 'createApiKey' } },
    requests: {
      createApiKey: { body: { name: 'Nightly import', permissions: ['units:read', 'units:create'] } },
      rotateApiKey: { body: { overlapHours: 24 } },
    },
  }),
})
