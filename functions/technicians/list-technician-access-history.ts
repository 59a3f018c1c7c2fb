import { histories } from '../../shared/resource/verbs.ts'
import { listTechnicianAccessHistory } from './contract.ts'
import { accesses } from './technician-access.ts'

export const handler = histories(listTechnicianAccessHistory, accesses)
