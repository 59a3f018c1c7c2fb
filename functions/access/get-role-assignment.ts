import { reads } from '../../shared/resource/verbs.ts'
import { assignments, toAssignment } from './assignment.ts'
import { getRoleAssignment } from './contract.ts'

export const handler = reads(getRoleAssignment, assignments, toAssignment)
