import { histories } from '../../shared/resource/verbs.ts'
import { assignments } from './assignment.ts'
import { listRoleAssignmentHistory } from './contract.ts'

export const handler = histories(listRoleAssignmentHistory, assignments)
