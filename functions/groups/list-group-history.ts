import { histories } from '../../shared/resource/verbs.ts'
import { listGroupHistory } from './contract.ts'
import { groups } from './group.ts'

export const handler = histories(listGroupHistory, groups)
