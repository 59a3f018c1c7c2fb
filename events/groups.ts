import * as z from 'zod'
import { eventType } from '../shared/event.ts'

export const groupCreated = eventType('group.created', {
  summary: 'A group was made.',
  data: z.object({ parentId: z.string().optional() }),
  aka: ['GroupCreatedEvent'],
})

export const groupUpdated = eventType('group.updated', { summary: 'What a group is called, or is for, changed.', data: z.object({}) })

export const groupRolesChanged = eventType('group.roles_changed', {
  summary: 'A group was given something, or it was taken from it: its members hold it with it.',
  data: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
})

export const groupMoved = eventType('group.moved', {
  summary: 'A group, with all below it, lies under another one, or at the top: its members hold what those above it hold.',
  data: z.object({ newParentId: z.string().nullable() }),
})

export const groupDeleted = eventType('group.deleted', { summary: 'A group was removed.', data: z.object({}) })

const membership = z.object({ groupId: z.string(), userId: z.string() })

export const groupMemberAdded = eventType('group.member_added', {
  summary: 'A user is in a group from now on, and holds what it holds.',
  data: membership,
  aka: ['GroupMemberAddedEvent'],
})

export const groupMemberRemoved = eventType('group.member_removed', {
  summary: 'A user is in a group no more.',
  data: membership,
})
