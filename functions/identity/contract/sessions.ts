import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Id, Locale, PageQuery } from '../../../shared/schema.ts'
import { LAST_ADMIN, User } from '../../users/contract.ts'
import { Me, Session } from './schemas.ts'

export const logout = endpoint({
  route: 'POST /api/v1/auth/logout',
  summary: 'Ends this session: its tokens are refused from the next request on.',
  self: true,
  status: 204,
  writes: ['SESSION'],
  lookups: ['SESSION_STATE'],
})

export const logoutAll = endpoint({
  route: 'POST /api/v1/auth/logout-all',
  summary: 'Ends all your sessions, this one too.',
  self: true,
  reply: z.object({ ended: z.number().int() }),
  keyring: true,
  writes: ['SESSION'],
  lookups: ['LOGIN', 'PERSON', 'SESSION_STATE'],
  calls: ['cognito-idp:AdminUserGlobalSignOut'],
})

export const getMe = endpoint({
  route: 'GET /api/v1/auth/me',
  summary: 'Who you are here: your user, organizations, roles, permissions, second factor and session.',
  self: true,
  reply: Me,
  lookupReads: ['PERSON', 'MEMBERSHIP', 'FACTOR', 'TENANTS'],
})

export const updateMe = endpoint({
  route: 'PATCH /api/v1/auth/me',
  summary: 'Changes what is yours alone to say of your user here, by a JSON merge patch (RFC 7396): null empties a field.',
  description:
    'The `locale`: mails and notifications of this organization come in it where the product speaks it (en, de), else in English.',
  self: true,
  body: z.object({ locale: Locale.nullish() }),
  reply: User,
  fails: ['VERSION_CONFLICT'],
  writes: ['USER'],
})

export const listSessions = endpoint({
  route: 'GET /api/v1/auth/sessions',
  summary: 'Your sessions, newest first; ended ones for as long as they would have lived.',
  self: true,
  query: z.object(PageQuery),
  reply: Session,
  list: true,
  lookupReads: ['SESSION'],
})

export const endSession = endpoint({
  route: 'DELETE /api/v1/auth/sessions/{id}',
  summary: 'Ends one of your sessions: its tokens are refused from the next request on.',
  self: true,
  params: z.object({ id: z.uuid() }),
  status: 204,
  fails: ['NOT_FOUND'],
  writes: ['SESSION'],
  lookups: ['SESSION_STATE'],
})

export const leaveMembership = endpoint({
  route: 'POST /api/v1/auth/memberships/{id}/leave',
  summary: 'Leaves one of your organizations from within another, also one that you cannot enter any more.',
  description:
    'One that is suspended or closed, that keeps you out, or that ended the link to the provider you came from: until you leave it, it counts among your organizations. Otherwise as `POST /organization/leave`.',
  self: true,
  params: z.object({ id: Id('org') }),
  status: 204,
  fails: ['NOT_FOUND', LAST_ADMIN, 'VERSION_CONFLICT'],
  writes: ['USER', 'SESSION'],
  lookups: ['PERSON_PLACE', 'MEMBERSHIP', 'SESSION_STATE'],
})

export const setHome = endpoint({
  route: 'PUT /api/v1/auth/home',
  summary: 'Chooses the organization that manages your account while you belong to it alone.',
  description: 'It resets a lost password or second factor for you then, and can give you another mail address.',
  self: true,
  fresh: true,
  body: z.object({ organizationId: Id('org') }),
  reply: z.object({ homeOrganizationId: Id('org') }),
  fails: ['NOT_FOUND', 'VERSION_CONFLICT'],
  writes: ['SIGNALS'],
  lookups: ['PERSON'],
})
