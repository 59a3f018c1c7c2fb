import { requireFresh } from '../../shared/identity/fresh.ts'
import { arrival, belongsElsewhere } from '../../shared/identity/home-store.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { restoreUser } from './contract.ts'
import { grantsAdministration, inviterOf, requireAsMighty, requireGrantable } from './granting.ts'
import { toUser } from './present-user.ts'
import { restore } from './user.ts'
import { users } from './user-store.ts'

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
    const restored = restore(user, now, inviterOf(call), mustAccept)
    const roleIds = user.assignments.flatMap(({ roleId }) => roleId ?? [])
    await requireAsMighty(call, user, 'restore')
    await requireGrantable(call, roleIds)
    if (grantsAdministration(roleIds)) requireFresh(call)
    const arrives = person && restored.after.status !== 'invited'
    return { ...restored, alongside: arrives ? arrival(person, tenant.id) : [] }
  },
  toUser,
  { deleted: 'allowed' },
)
