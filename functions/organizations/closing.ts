import { organizationClosed, organizationClosingCancelled, organizationClosingScheduled } from '../../events/organizations.ts'
import { problem } from '../../shared/errors.ts'
import { effectiveStatus } from '../../shared/identity/life-cycle.ts'
import { type Change, changed } from '../../shared/store/entity.ts'
import { requireStatus } from './life-cycle.ts'
import type { Organization } from './organization.ts'

/** Closing cannot be undone, so it waits for so long that a mistake, or a stolen session, is noticed. */
export const CLOSING_HOURS = 72

const refused = (message: string, details: Record<string, unknown>) => problem('INVALID_TRANSITION', { message, details })

/** Sets the moment at which an organization that is leaving is closed. Throws `INVALID_TRANSITION`. */
export function scheduleClosing(organization: Organization, at: string, reason?: string): Change<Organization> {
  requireStatus(organization, ['offboarding'], at)
  const { closesAt: known } = organization
  if (known) throw refused(`This organization is going to be closed already, at ${known}.`, { closesAt: known })
  const closesAt = new Date(Date.parse(at) + CLOSING_HOURS * 3_600_000).toISOString()
  const why = reason ? { reason } : {}
  const patch = { closesAt, ...(reason ? { statusReason: reason } : {}) }
  return changed<Organization>(organization, patch, { event: organizationClosingScheduled, at, data: { closesAt, ...why } })
}

/** Calls the closing off, as long as its moment has not come. Throws `INVALID_TRANSITION`. */
export function cancelClosing(organization: Organization, at: string): Change<Organization> {
  requireStatus(organization, ['offboarding'], at)
  if (!organization.closesAt) throw refused('This organization is not going to be closed, so there is nothing to call off.', {})
  return changed<Organization>(organization, { closesAt: undefined }, { event: organizationClosingCancelled, at })
}

/** Writes down that an organization is closed, once its moment has come; `undefined` when there is nothing to write. */
export function close(organization: Organization, at: string): Change<Organization> | undefined {
  if (organization.status === 'closed' || effectiveStatus(organization, at) !== 'closed') return undefined
  return changed<Organization>(organization, { status: 'closed' }, { event: organizationClosed, at })
}
