import { histories } from '../../shared/resource/verbs.ts'
import { accessRequests } from './access-request.ts'
import { listAccessRequestHistory } from './contract.ts'

export const handler = histories(listAccessRequestHistory, accessRequests)
