import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { apiKeys } from './api-key.ts'
import { listApiKeys } from './contract.ts'
import { toKey } from './present-key.ts'

export const handler = lists(listApiKeys, ({ query, tenant }) => find(tenant, apiKeys, { ...query, order: 'descending' }), toKey)
