import { endpoint } from '../../../shared/endpoint.ts'
import { Session } from '../../../shared/identity/session-schema.ts'
import { params, transition } from './fields.ts'

export const resetUserPassword = endpoint({
  route: 'POST /api/v1/users/{id}/reset-password',
  summary: 'Asks a user to choose a new password: they get a mail, and nothing else changes.',
  description: 'The mail goes to the address that the person proved. It takes every permission that the user holds.',
  ...transition,
  fresh: true,
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
})

export const resetUserMfa = endpoint({
  route: 'POST /api/v1/users/{id}/reset-mfa',
  summary: "Removes a user's second factor, for instance after a lost phone, and ends all their sessions.",
  description:
    'They sign in with the password alone then, and are told by mail. It takes that the user belongs to this organization alone, and every permission that they hold.',
  ...transition,
  fresh: true,
  lookupReads: ['PERSON'],
  fails: ['DELETED', 'INVALID_TRANSITION', 'PERSON_OF_SEVERAL', 'VERSION_CONFLICT'],
})

export const refuseRecovery = endpoint({
  route: 'DELETE /api/v1/users/{id}/recovery',
  summary: 'Objects to the recovery of a lost second factor that a user waits for, which ends it.',
  description: 'The user is told by mail, and can ask again.',
  permission: 'users:update',
  params,
  status: 204,
  fails: ['DELETED', 'INVALID_TRANSITION'],
  reads: ['USER'],
  writes: ['SIGNALS'],
  lookups: ['RECOVERY'],
  ending: 'open',
})

export const listUserSessions = endpoint({
  route: 'GET /api/v1/users/{id}/sessions',
  summary: 'Lists the sessions that a user began in this organization, newest first.',
  permission: 'users:read',
  params,
  reply: Session,
  list: true,
  fails: ['DELETED'],
  reads: ['USER'],
  lookupReads: ['SESSION'],
})

export const endUserSessions = endpoint({
  route: 'DELETE /api/v1/users/{id}/sessions',
  summary: 'Ends every session that a user began in this organization, in force at the next request.',
  permission: 'users:update',
  params,
  status: 204,
  fails: ['DELETED'],
  reads: ['USER'],
  writes: ['SESSION'],
  lookups: ['SESSION_STATE'],
  ending: 'open',
})
