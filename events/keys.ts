import * as z from 'zod'
import { eventType } from '../shared/event.ts'

export const apiKeyCreated = eventType('api_key.created', {
  summary: 'An API key was made.',
  data: z.object({ makerId: z.string() }),
})
export const apiKeyRotated = eventType('api_key.rotated', {
  summary: 'An API key got another secret; the one before ends at once, or after a while.',
  data: z.object({ oldEndsAt: z.string() }),
})
export const apiKeyDeleted = eventType('api_key.deleted', {
  summary: 'An API key was removed, in force at its next request.',
  data: z.object({}),
})
export const apiKeyRolesChanged = eventType('api_key.roles_changed', {
  summary: 'An API key was given something, or it was taken from it.',
  data: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
})
