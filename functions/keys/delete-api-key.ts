import { transitions } from '../../shared/resource/verbs.ts'
import { apiKeys, remove } from './api-key.ts'
import { deleteApiKey } from './contract.ts'
import { unfound } from './key-store.ts'

export const handler = transitions(deleteApiKey, apiKeys, (key, { now }) => ({ ...remove(key, now), alongside: unfound(key) }))
