import { patches } from '../../shared/resource/verbs.ts'
import { updateRole } from './contract.ts'
import { edit, fieldsOf, roleOrSystemRole, roles, toRole } from './role.ts'

export const handler = patches(updateRole, roles, fieldsOf, edit, toRole, roleOrSystemRole)
