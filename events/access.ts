import * as z from 'zod'
import { eventType } from '../shared/event.ts'

export { accessDenied, escalationAttempted } from '../shared/access/denied.ts'

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
