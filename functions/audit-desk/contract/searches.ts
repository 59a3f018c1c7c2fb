import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { DisplayName, Id, PageQuery, Timestamp } from '../../../shared/schema.ts'
import { AuditFilter } from '../../audit/contract.ts'

/** A filter of the audit trail by a name: of one's own, or shared with all who read the trail. */
export const AuditSearch = z.object({
  id: Id('aus'),
  name: z.string(),
  filter: AuditFilter,
  isShared: z.boolean(),
  ownerId: z.string(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: z.number().int(),
})

const params = z.object({ id: Id('aus') })
const SHARING = 'Sharing one, and changing or removing one that somebody else shares, takes the permission `audit:share`.'

export const listAuditSearches = endpoint({
  route: 'GET /api/v1/audit-searches',
  summary: 'Lists your saved searches of the audit trail, and those that are shared.',
  permission: 'audit:read',
  query: z.object(PageQuery),
  reply: AuditSearch,
  list: true,
  reads: ['AUDIT_SEARCH'],
})

export const createAuditSearch = endpoint({
  route: 'POST /api/v1/audit-searches',
  summary: 'Saves a search of the audit trail.',
  description: SHARING,
  permission: 'audit:read',
  body: z.strictObject({ name: DisplayName, filter: AuditFilter, isShared: z.boolean().default(false) }),
  status: 201,
  reply: AuditSearch,
  writes: ['AUDIT_SEARCH'],
})

export const updateAuditSearch = endpoint({
  route: 'PATCH /api/v1/audit-searches/{id}',
  summary: 'Changes a saved search; the filter is replaced as a whole.',
  description: SHARING,
  permission: 'audit:read',
  params,
  body: z.strictObject({ name: DisplayName.optional(), filter: AuditFilter.optional(), isShared: z.boolean().optional() }),
  reply: AuditSearch,
  fails: ['DELETED'],
  writes: ['AUDIT_SEARCH'],
})

export const deleteAuditSearch = endpoint({
  route: 'DELETE /api/v1/audit-searches/{id}',
  summary: 'Removes a saved search.',
  description: SHARING,
  permission: 'audit:read',
  params,
  status: 204,
  fails: ['DELETED'],
  writes: ['AUDIT_SEARCH'],
})
