import { histories } from '../../shared/resource/verbs.ts'
import { listUnitHistory } from './contract.ts'
import { units } from './unit.ts'

export const handler = histories(listUnitHistory, units)
