import type { Endpoint } from '../../shared/endpoint.ts'
import { requireFresh } from '../../shared/identity/fresh.ts'
import { arrival, belongsElsewhere } from '../../shared/identity/home-store.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import type { Call } from '../../shared/serve/call.ts'
import { restoreUser } from './contract.ts'
import { grantsAdministration, inviterOf, requireAsMighty, requireGrantable } from './granting.ts'
import { toUser } from './present-user.ts'
import { restore, type User } from './user.ts'
import { users } from './user-store.ts'

/** Their unit, if it is there still: a unit is removed without regard to who was removed from it before. */
const standingUnit = ({ policy }: Pick<Call<Endpoint>, 'policy'>, { unitId }: User) =>
  policy.ask((known) => (unitId !== undefined && known.unit?.(unitId) ? unitId : undefined))

/**
 * With the user come their roles, so this is a grant too. Nobody is made a member again without their word who belongs elsewhere by now:
 * an organization of theirs may object to a recovery. Whoever is only invited arrives when they accept.
 */
export const handler = transitions(
  restoreUser,
  users,
  async (user, call) => {
    const { lookups, tenant, now } = call
    const person = await findPerson(lookups, user.id)
    const mustAccept = person !== undefined && belongsElsewhere(person, tenant.id)
    const unitId = await standingUnit(call, user)
    const restored = restore({ ...user, unitId }, now, inviterOf(call), mustAccept)
    const roleIds = user.assignments.flatMap(({ roleId }) => roleId ?? [])
    await requireAsMighty(call, user, 'restore')
    await requireGrantable(call, roleIds)
    if (grantsAdministration(roleIds)) requireFresh(call)
    const arrives = person && restored.after.status !== 'invited'
    return { ...restored, before: user, alongside: arrives ? arrival(person, tenant.id) : [] }
  },
  toUser,
  { deleted: 'allowed' },
)
