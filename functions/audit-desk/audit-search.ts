import { isDeepStrictEqual } from 'node:util'
import { auditSearchCreated, auditSearchDeleted, auditSearchUpdated } from '../../events/audit-desk.ts'
import { problem } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { AuditFilter } from '../audit/door.ts'

export interface AuditSearch extends Versioned {
  name: string
  filter: AuditFilter
  isShared: boolean
  ownerId: string
}

const SHARED = 'SHARED'

export const auditSearches = entity<AuditSearch>({
  name: 'AUDIT_SEARCH',
  plural: 'AUDIT_SEARCHES',
  lists: { FOR: { index: 'g1', of: ({ isShared, ownerId }) => (isShared ? SHARED : ownerId) } },
  label: ({ name }) => name,
})

export type SearchFields = Pick<AuditSearch, 'name' | 'filter' | 'isShared'>

export const saveSearch = (organizationId: string, fields: SearchFields, ownerId: string, at: string): Change<AuditSearch> =>
  created<AuditSearch>({ id: newId('aus', Date.parse(at)), organizationId, ...fields, ownerId }, { event: auditSearchCreated, at })

/** Fields that are left out stay as they are. */
export function editSearch(search: AuditSearch, fields: Partial<SearchFields>, at: string): Change<AuditSearch> | undefined {
  const { name, filter, isShared } = { ...search, ...fields }
  const patch = { name, filter, isShared }
  if (isDeepStrictEqual({ ...search, ...patch }, search)) return undefined
  return changed<AuditSearch>(search, patch, { event: auditSearchUpdated, at })
}

export const removeSearch = (search: AuditSearch, at: string): Change<AuditSearch> =>
  changed<AuditSearch>(search, { deletedAt: at }, { event: auditSearchDeleted, at })

/** One's own and those that are shared, by id. */
export const findSearches = (tenant: Tenant, reader: string, page: { limit: number; cursor?: string | undefined }) =>
  tenant.list<AuditSearch>({ partitions: [SHARED, reader].map((each) => `AUDIT_SEARCHES#FOR#${each}`), index: 'g1', ...page })

interface Asking {
  actor: { id: string }
  access: { allowed(permission: string): Promise<boolean> }
}

/** Of others' own searches nobody learns that they are there. Throws `NOT_FOUND`, `FORBIDDEN`. */
export async function requireChangeable(search: AuditSearch, { actor, access }: Asking, after: Partial<SearchFields> = {}): Promise<void> {
  const isOwn = search.ownerId === actor.id
  if (!isOwn && !search.isShared) throw problem('NOT_FOUND')
  if (!isOwn || (after.isShared && !search.isShared)) await requireSharing(access)
}

export async function requireSharing(access: Asking['access']): Promise<void> {
  if (await access.allowed('audit:share')) return
  const message = 'Sharing a search, and changing one that somebody else shares, takes the permission audit:share.'
  throw problem('FORBIDDEN', { message, details: { missing: 'audit:share' } })
}

export const toSearch = ({ organizationId: _, deletedAt: _at, ...search }: AuditSearch) => search
