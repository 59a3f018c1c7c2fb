import { reads } from '../../shared/resource/verbs.ts'
import { getTechnicianAccess } from './contract.ts'
import { toAccess } from './present-access.ts'
import { accesses } from './technician-access.ts'

export const handler = reads(getTechnicianAccess, accesses, toAccess)
