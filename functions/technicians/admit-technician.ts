import type { Endpoint } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import { requireFresh } from '../../shared/identity/fresh.ts'
import { providerOf } from '../../shared/identity/life-cycle.ts'
import { newId } from '../../shared/ids.ts'
import type { Call } from '../../shared/serve/call.ts'
import { requireHeld } from '../../shared/serve/granting.ts'
import type { Change } from '../../shared/store/entity.ts'
import { save } from '../../shared/store/writes.ts'
import { linkHolds } from '../organizations/door.ts'
import { users } from '../users/door.ts'
import { admitting, giftOf } from './guest.ts'
import { toAccess } from './present-access.ts'
import { TECHNICIAN_UNKNOWN } from './problems.ts'
import { accesses, type Technician, type TechnicianAccess, type Terms } from './technician-access.ts'

type Acting = Call<Endpoint, unknown>

/** Somebody who works for the provider now, as its own record says. Throws `TECHNICIAN_UNKNOWN`. */
export async function technicianOf({ enter }: Pick<Acting, 'enter'>, providerId: string | undefined, id: string): Promise<Technician> {
  const user = providerId === undefined ? undefined : await enter(providerId).get(users, id)
  if (!user || user.deletedAt || user.status !== 'active' || user.fromProvider) throw problem(TECHNICIAN_UNKNOWN)
  const { firstName, lastName, email } = user
  return { id, firstName, lastName, email }
}

/** The customer's present provider and one of its people; who that is counts at the moment of the decision, whoever asked before. */
export async function technicianHere(call: Acting, id: string): Promise<{ technician: Technician; providerId: string }> {
  const providerId = providerOf(call.organization)
  return { technician: await technicianOf(call, providerId, id), providerId: providerId ?? '' }
}

const NOT_THEIRS =
  'You came as one of the people of this provider: whom of them to let in, an administrator of the organization itself decides.'

/** It is the customer's own word that lets a technician in, and nobody gives what they do not hold. */
export async function requireWord(call: Acting, terms: Terms): Promise<void> {
  const { principal, now } = call
  if (principal.fromProvider) throw problem('FORBIDDEN', { message: NOT_THEIRS })
  if (terms.expiresAt !== undefined && terms.expiresAt <= now)
    throw problem('VALIDATION_ERROR', { details: { expiresAt: 'Must be a time to come' } })
  await requireHeld(call, [giftOf(terms)], 'Nobody can let a technician in further than they may go themselves.')
  if (terms.accessLevel === 'full') requireFresh(call)
}

/** One transaction: the access, the guest that it makes, and the entry by which they find their way; while the link stands. */
export function commitAdmitted(call: Acting, change: Change<TechnicianAccess>) {
  const { tenant, organization, now } = call
  const writes = [linkHolds(organization), save(accesses, change), ...admitting(change.after, newId('asg', Date.parse(now)))]
  return tenant.commit(writes, toAccess(change.after, call))
}
