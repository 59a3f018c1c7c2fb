import type { Page } from '../../shared/endpoint.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { ACTIVITIES, isActivity } from './activities.ts'
import { type AuditEntry, activityOf } from './audit-entry.ts'
import { idsWithin, pageOf, type Span } from './audit-list.ts'
import { activityList, listFor } from './audit-lists.ts'

export interface ActivityQuery extends Span {
  /** Whose. */
  userId?: string | undefined
  /** Of one kind, by its event's name. */
  type?: string | undefined
  limit: number
  cursor?: string | undefined
}

/** What people did or were shown, newest first: a list among those of the audit trail, and no second copy. */
export async function activityPage(tenant: Tenant, { userId, type, from, to, ...page }: ActivityQuery): Promise<Page<AuditEntry>> {
  const stretch = { ...page, ...idsWithin({ from, to }) }
  const wanted = { fields: type === undefined ? {} : { action: type }, success: undefined }
  const byType = userId === undefined ? listFor(wanted.fields) : undefined
  return pageOf(tenant, byType ?? { ...activityList(userId), isExact: type === undefined }, stretch, wanted)
}

export const toActivity = (entry: AuditEntry) => ({
  id: entry.id,
  userId: activityOf(entry),
  type: entry.action,
  description: describe(entry),
  success: entry.success,
  ipAddress: entry.ipAddress,
  userAgent: entry.userAgent,
  metadata: entry.details,
  createdAt: entry.timestamp,
})

function describe({ action, details, errorMessage }: AuditEntry): string {
  const where = typeof details.route === 'string' ? ` (${details.route})` : ''
  return `${isActivity(action) ? ACTIVITIES[action] : action}${where}${errorMessage === null ? '.' : `: ${errorMessage}`}`
}
