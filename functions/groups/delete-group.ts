import { transitions } from '../../shared/resource/verbs.ts'
import { deleteGroup } from './contract.ts'
import { endsCount, groups, remove } from './group.ts'

export const handler = transitions(deleteGroup, groups, (group, { now }) => ({ ...remove(group, now), alongside: [endsCount(group)] }))
