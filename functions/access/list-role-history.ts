import { histories } from '../../shared/resource/verbs.ts'
import { listRoleHistory } from './contract.ts'
import { roles } from './role.ts'

export const handler = histories(listRoleHistory, roles)
