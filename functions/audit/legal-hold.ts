import { legalHoldCreated, legalHoldReleased } from '../../events/audit.ts'
import { problem } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'
import { tallyKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { check, type Write } from '../../shared/store/writes.ts'
import { TOO_MANY_HOLDS } from './problems.ts'

/** Somebody demands that nothing of the audit trail go, whatever its age: for a case, an inquiry, an auditor. Several may stand at once. */
export interface LegalHold extends Versioned {
  reason: string
  createdBy: string
  releasedAt?: string
  releasedBy?: string
  releaseReason?: string
}

const KIND = 'LEGAL_HOLDS'
const MOST_HOLDS = 100

export const legalHolds = entity<LegalHold>({
  name: 'LEGAL_HOLD',
  all: true,
  // Counted in the transactions that change it, so that nothing goes in the same moment.
  tally: { kind: KIND, counts: ({ releasedAt }) => releasedAt === undefined, atMost: MOST_HOLDS, conflict: TOO_MANY_HOLDS },
  label: ({ reason }) => reason,
})

/** What whoever asks whether a hold stands must be let read. */
export const HOLDS = `TALLY#${KIND}`

export const placeHold = (organizationId: string, { reason, by }: { reason: string; by: string }, at: string): Change<LegalHold> =>
  created<LegalHold>(
    { id: newId('hld', Date.parse(at)), organizationId, reason, createdBy: by },
    { event: legalHoldCreated, at, data: { reason } },
  )

export function releaseHold(hold: LegalHold, { reason, by }: { reason: string; by: string }, at: string): Change<LegalHold> {
  if (hold.releasedAt !== undefined)
    throw problem('INVALID_TRANSITION', { message: `This hold was released at ${hold.releasedAt} already.` })
  const patch = { releasedAt: at, releasedBy: by, releaseReason: reason }
  return changed<LegalHold>(hold, patch, { event: legalHoldReleased, at, data: { reason } })
}

/** Does any stand at this moment? */
export async function isHeld(tenant: Tenant): Promise<boolean> {
  const [tally] = await tenant.read<{ count: number }>(tallyKey(tenant.id, KIND))
  return (tally?.count ?? 0) > 0
}

/** A condition that none stands, for whatever a hold forbids. */
export const unlessHeld = (tenant: { id: string }): Write =>
  check(
    tallyKey(tenant.id, KIND),
    { expression: 'attribute_not_exists(#count) OR #count <= :none', names: { '#count': 'count' }, values: { ':none': 0 } },
    'CONFLICT',
  )

export const toHold = ({ organizationId: _, updatedAt: _at, ...hold }: LegalHold) => hold
