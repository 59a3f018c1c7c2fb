import { notHeld } from '../../shared/access/gift.ts'
import type { Scope } from '../../shared/access/model.ts'
import { UNIT_OWNER_ROLE } from '../../shared/access/system-roles.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { isProblem, problem } from '../../shared/errors.ts'
import type { Call } from '../../shared/serve/call.ts'
import { type Granter, requireHeld, requireNoGain } from '../../shared/serve/granting.ts'
import { saveTogether, type Write } from '../../shared/store/writes.ts'
import { ALREADY_ASSIGNED, giveUnit, TOO_MANY_ASSIGNMENTS, takeUnit, type User, users } from '../users/door.ts'
import { OWNER_UNKNOWN } from './problems.ts'

/** Who looks after a unit holds the role of its owner there: given with the unit, and taken when another does. */

const ownership = (scope: Scope) => ({ roleId: UNIT_OWNER_ROLE, scope })

/** Nobody hands a unit to somebody who could do less there before than its owner, without holding that themselves. Throws `FORBIDDEN`. */
export const requireOwnership = (call: Granter, scope: Scope, ownerId: string) =>
  requireHeld(call, [ownership(scope)], 'Nobody can say who looks after a unit without what its owner may do there.', {
    to: () => call.tenant.get(users, ownerId),
  })

/**
 * Whoever looks after the unit that another comes under looks after that, too, and so does whoever brings it there with whatever they hold there.
 * Throws `FORBIDDEN`.
 */
export async function requireBringing(call: Granter, unitId: string, parentId: string): Promise<void> {
  const [moved, place] = [unitId, parentId].map((id): Scope => ({ type: 'unit', id })) as [Scope, Scope]
  await requireHeld(call, [ownership(moved)], 'Nobody can bring a unit under another without what the owner of that may do in it.')
  await requireNoGain(call, { moved, place }, 'Nobody gains a unit by bringing it where they may do more.')
}

type Giving = Pick<Call<Endpoint>, 'tenant' | 'access' | 'actor' | 'now'>

/** What they were given there before stays theirs. Whoever holds as much there by what they are, such as an administrator, may look after more units than a user holds assignments. */
async function given({ access, actor, now }: Giving, owner: User, unitId: string) {
  try {
    return giveUnit(owner, unitId, actor.id, now)
  } catch (error) {
    if (isProblem(error, ALREADY_ASSIGNED)) return undefined
    if (!isProblem(error, TOO_MANY_ASSIGNMENTS)) throw error
    const { environment } = access
    const gift = ownership({ type: 'unit', id: unitId })
    const lacking = await access.ask((policy) => notHeld({ principal: owner, environment, policy, now }, gift, 'oneself'))
    if (lacking.length > 0) throw error
    return undefined
  }
}

/** What changes of who looked after a unit, and of who does from now on. Throws `OWNER_UNKNOWN`. */
export async function handsOver(call: Giving, unitId: string, { from, to }: { from?: string; to?: string }): Promise<Write[]> {
  const [former, owner] = await Promise.all([from, to].map(async (id) => (id ? call.tenant.get(users, id) : undefined)))
  if (to && (!owner || owner.deletedAt)) throw problem(OWNER_UNKNOWN)
  const taken = former && takeUnit(former, unitId, call.now)
  const gave = owner && (await given(call, owner, unitId))
  const changes = [...(taken ? [taken] : []), ...(gave ? [gave] : [])]
  return changes.length > 0 ? [saveTogether(users, ...changes)] : []
}
