import { roleAssignmentCreated, roleAssignmentDeleted } from '../../events/access.ts'
import { react, reaction } from '../../shared/react.ts'
import { keepsLists } from '../../shared/resource/lists.ts'
import { assignments } from './assignment.ts'

export const rule = reaction('access/on-assignment-changed', {
  on: [roleAssignmentCreated, roleAssignmentDeleted],
  summary: 'Keeps the list of what was given by where it holds.',
  reads: ['ORGANIZATION', 'UNIT', 'GROUP'],
  writes: ['ROLE_ASSIGNMENT'],
})

export const handler = react(rule, keepsLists(assignments))
