import * as z from 'zod'
import { Scope } from '../../shared/access/schema.ts'
import { endpoint } from '../../shared/endpoint.ts'
import { historyEndpoint } from '../../shared/resource/history-event.ts'
import { Id, OrganizationName, orNull, PageQuery, PermissionName, RoleId, Timestamp } from '../../shared/schema.ts'
import { ROLE_UNKNOWN } from '../users/contract.ts'

export const ApiKey = z.object({
  id: Id('key'),
  organizationId: Id('org'),
  name: z.string(),
  /** The last characters of its secret, by which people tell keys apart. */
  hint: z.string(),
  assignments: z.array(
    z.object({ id: Id('asg'), roleId: orNull(RoleId), permission: orNull(PermissionName), scope: Scope, expiresAt: orNull(Timestamp) }),
  ),
  createdBy: Id('usr'),
  expiresAt: orNull(Timestamp),
  /** To the hour. */
  lastUsedAt: orNull(Timestamp),
  /** Until when the secret before the last rotation is good. */
  oldSecretEndsAt: orNull(Timestamp),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  deletedAt: orNull(Timestamp),
  version: z.number().int(),
})

/** Shown once. */
export const ApiKeyWithSecret = ApiKey.extend({ secret: z.string() })

const params = z.object({ id: Id('key') })
const writing = { writes: ['API_KEY', 'SIGNALS'], lookups: ['KEY'] } as const

const Moment = z.iso
  .datetime({ offset: true, message: 'Must be a time such as 2026-01-31T09:30:00Z' })
  .transform((time) => new Date(time).toISOString())

export const listApiKeys = endpoint({
  route: 'GET /api/v1/api-keys',
  summary: 'Lists the API keys of the organization, newest first; their secrets are shown to nobody.',
  permission: 'api_keys:read',
  query: z.object(PageQuery),
  reply: ApiKey,
  list: true,
  reads: ['API_KEY'],
})

export const createApiKey = endpoint({
  route: 'POST /api/v1/api-keys',
  summary: 'Makes an API key, whose secret is shown this once.',
  description:
    'The key holds each of these roles and permissions in each of these scopes (left out: the organization), and nobody gives a key what they do not hold. At any moment it does nothing that its maker could not, unless the organization says otherwise (`settings.apiKeysFollowMaker`). Exchange the secret for access tokens: `POST /auth/token`.',
  permission: 'api_keys:create',
  fresh: true,
  secret: true,
  body: z.object({
    name: OrganizationName.max(100),
    roleIds: z.array(RoleId).max(20).optional(),
    permissions: z.array(PermissionName).max(50).optional(),
    scopes: z.array(Scope).min(1).max(10).optional(),
    expiresAt: Moment.optional(),
  }),
  status: 201,
  reply: ApiKeyWithSecret,
  fails: [ROLE_UNKNOWN],
  reads: ['ROLE'],
  ...writing,
})

export const getApiKey = endpoint({
  route: 'GET /api/v1/api-keys/{id}',
  summary: 'Reads an API key.',
  permission: 'api_keys:read',
  params,
  reply: ApiKey,
  fails: ['DELETED'],
  reads: ['API_KEY'],
})

export const rotateApiKey = endpoint({
  route: 'POST /api/v1/api-keys/{id}/rotate',
  summary: 'Gives an API key another secret, shown this once.',
  description:
    'The one before is good for `overlapHours` more; without any, it and the tokens that it was exchanged for end at once. Takes every permission that the key holds.',
  permission: 'api_keys:update',
  fresh: true,
  secret: true,
  params,
  body: z.object({ overlapHours: z.number().int().min(0).max(168).optional() }),
  reply: ApiKeyWithSecret,
  fails: ['DELETED'],
  reads: ['ROLE'],
  ...writing,
})

export const deleteApiKey = endpoint({
  route: 'DELETE /api/v1/api-keys/{id}',
  summary: 'Removes an API key; its tokens are refused from the next request on.',
  permission: 'api_keys:delete',
  params,
  status: 204,
  fails: ['DELETED'],
  ...writing,
  ending: 'open',
})

export const listApiKeyHistory = historyEndpoint({
  route: 'GET /api/v1/api-keys/{id}/history',
  of: 'an API key',
  params,
  entity: 'API_KEY',
})
