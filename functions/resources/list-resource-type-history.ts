import { histories } from '../../shared/resource/verbs.ts'
import { listResourceTypeHistory } from './contract.ts'
import { resourceTypes } from './resource-type.ts'

export const handler = histories(listResourceTypeHistory, resourceTypes)
