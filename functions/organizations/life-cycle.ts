import { organizationActivated, organizationOffboarded, organizationSuspended } from '../../events/organizations.ts'
import { problem } from '../../shared/errors.ts'
import type { EventType } from '../../shared/event.ts'
import { effectiveStatus } from '../../shared/identity/life-cycle.ts'
import { type Change, changed } from '../../shared/store/entity.ts'
import type { Organization } from './organization.ts'

type Status = Organization['status']
export type Move = 'activate' | 'suspend' | 'offboard'

/** Suspension can be lifted; whoever begins to leave goes on to the end. */
export const moves: Record<Move, { from: readonly Status[]; to: Status; event: EventType }> = {
  activate: { from: ['trial', 'suspended'], to: 'active', event: organizationActivated },
  suspend: { from: ['trial', 'active'], to: 'suspended', event: organizationSuspended },
  offboard: { from: ['trial', 'active', 'suspended'], to: 'offboarding', event: organizationOffboarded },
}

const STANDING: Record<Status, string> = {
  trial: 'is on trial',
  active: 'is active',
  suspended: 'is suspended',
  offboarding: 'is being offboarded',
  closed: 'is closed',
}

/** Throws `INVALID_TRANSITION`, in words that say what it takes. */
export function requireStatus(organization: Organization, from: readonly Status[], at: string): void {
  const status = effectiveStatus(organization, at)
  if (from.includes(status)) return
  const message = `This cannot be done: the organization ${STANDING[status]}. It takes one that ${from.map((each) => STANDING[each]).join(' or ')}.`
  throw problem('INVALID_TRANSITION', { message, details: { status } })
}

/** Leads an organization on in its life. Throws `INVALID_TRANSITION`. */
export function move(organization: Organization, by: Move, at: string, reason?: string): Change<Organization> {
  const { from, to, event } = moves[by]
  requireStatus(organization, from, at)
  return changed<Organization>(organization, { status: to, statusReason: reason }, { event, at, data: reason ? { reason } : {} })
}
