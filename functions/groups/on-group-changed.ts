import { groupCreated, groupDeleted, groupMoved, groupRolesChanged, groupUpdated } from '../../events/groups.ts'
import { react, reaction } from '../../shared/react.ts'
import { keepsLists } from '../../shared/resource/lists.ts'
import { groups } from './group.ts'

export const rule = reaction('groups/on-group-changed', {
  on: [groupCreated, groupUpdated, groupMoved, groupRolesChanged, groupDeleted],
  summary: 'Keeps the search and the list by role as the groups are.',
  writes: ['GROUP'],
})

export const handler = react(rule, keepsLists(groups))
