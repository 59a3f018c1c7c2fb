import { transitions } from '../../shared/resource/verbs.ts'
import { shrinks } from '../../shared/tree/tree.ts'
import { deleteGroup } from './contract.ts'
import { endsCount, groups, groupTree, remove } from './group.ts'

export const handler = transitions(deleteGroup, groups, (group, { now }) => ({
  ...remove(group, now),
  alongside: [endsCount(group), shrinks(groupTree, group)],
}))
