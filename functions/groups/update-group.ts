import { patches } from '../../shared/resource/verbs.ts'
import { updateGroup } from './contract.ts'
import { edit, fieldsOf, groups, toGroup } from './group.ts'

export const handler = patches(updateGroup, groups, fieldsOf, edit, (group, { organization }) => toGroup(group, organization))
