import * as z from 'zod'
import { dueKind } from '../shared/due/due.ts'
import { eventType } from '../shared/event.ts'

export { accessDenied, escalationAttempted, guestRead } from '../shared/access/denied.ts'

export const roleCreated = eventType('role.created', { summary: 'A role of the organization was made.', data: z.object({}) })

export const roleUpdated = eventType('role.updated', { summary: 'What a role is called, or is for, changed.', data: z.object({}) })

export const rolePermissionsChanged = eventType('role.permissions_changed', {
  summary: 'What a role allows changed, for everybody who holds it.',
  data: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
})

export const roleDeleted = eventType('role.deleted', {
  summary: 'A role was removed; whoever was given it holds nothing by it any more.',
  data: z.object({}),
})

export const permissionCreated = eventType('permission.created', {
  summary: 'A permission of the organization’s own was added, for its own applications.',
  data: z.object({}),
})

const assigned = z.object({
  subject: z.object({ type: z.string(), id: z.string() }),
  /** The role's id, or the permission. */
  what: z.string(),
})

export const roleAssignmentCreated = eventType('role_assignment.created', {
  summary: 'Somebody was given a role or a permission in a part of the organization, for a time or under conditions; or a group was.',
  data: assigned,
})

export const roleAssignmentDeleted = eventType('role_assignment.deleted', {
  summary: 'What somebody, or a group, had been given was taken away, or its time was over.',
  data: assigned,
})

export const roleAssignmentDue = dueKind('role_assignment.due', {
  summary: 'The time is over for which something was given, which holds no more already.',
  data: z.object({}),
})
