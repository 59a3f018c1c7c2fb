import { reads } from '../../shared/resource/verbs.ts'
import { getGroup } from './contract.ts'
import { groups, toGroup } from './group.ts'

export const handler = reads(getGroup, groups, (group, { organization }) => toGroup(group, organization))
