import { histories } from '../../shared/resource/verbs.ts'
import { listResourceHistory } from './contract.ts'
import { resources } from './resource.ts'

export const handler = histories(listResourceHistory, resources)
