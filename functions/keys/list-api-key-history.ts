import { histories } from '../../shared/resource/verbs.ts'
import { apiKeys } from './api-key.ts'
import { listApiKeyHistory } from './contract.ts'

export const handler = histories(listApiKeyHistory, apiKeys)
