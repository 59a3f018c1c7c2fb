import { reads } from '../../shared/resource/verbs.ts'
import { apiKeys } from './api-key.ts'
import { getApiKey } from './contract.ts'
import { toKey } from './present-key.ts'

export const handler = reads(getApiKey, apiKeys, toKey)
