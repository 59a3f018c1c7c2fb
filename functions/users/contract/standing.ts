import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { LAST_ADMIN } from '../problems.ts'
import { Reason, shuttingOut, transition } from './fields.ts'

export const activateUser = endpoint({
  route: 'POST /api/v1/users/{id}/activate',
  summary: 'Lets a deactivated user in again.',
  ...transition,
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
})

export const deactivateUser = endpoint({
  route: 'POST /api/v1/users/{id}/deactivate',
  summary: 'Keeps a user out of this organization until activated again, in force at their next request.',
  ...transition,
  ...shuttingOut,
  fails: ['DELETED', 'INVALID_TRANSITION', LAST_ADMIN, 'VERSION_CONFLICT'],
  ending: 'open',
})

export const lockUser = endpoint({
  route: 'POST /api/v1/users/{id}/lock',
  summary: 'Locks a user out of this organization, for a reason that they are told, in force at their next request.',
  ...transition,
  ...shuttingOut,
  body: z.object({ reason: Reason }),
  fails: ['DELETED', 'INVALID_TRANSITION', LAST_ADMIN, 'VERSION_CONFLICT'],
  ending: 'open',
})

export const unlockUser = endpoint({
  route: 'POST /api/v1/users/{id}/unlock',
  summary: 'Lifts the lock of a user.',
  ...transition,
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
})

export const reapproveUser = endpoint({
  route: 'POST /api/v1/users/{id}/reapprove',
  summary: 'Lets a user go on here whose account was recovered.',
  description: 'Ask them in person first whether it was they. It takes every permission that the user holds; nobody approves themselves.',
  ...transition,
  fresh: true,
  lookupReads: ['PERSON'],
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
})
