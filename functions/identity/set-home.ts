import { homeChanged } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { moveHome } from '../../shared/identity/home-store.ts'
import { findMembership } from '../../shared/identity/membership-store.ts'
import type { Person } from '../../shared/identity/person.ts'
import { serve } from '../../shared/serve/serve.ts'
import { personKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { check, signal, strip } from '../../shared/store/writes.ts'
import { users } from '../users/door.ts'
import { setHome } from './contract.ts'
import { readStanding, refusalOf } from './standing.ts'

const NO_MEMBER = 'You can be at home only where you are an active member, and where nothing keeps you out.'

/** They belong there at this moment still. */
const requireMember = (id: string, organizationId: string) =>
  check(
    users.keyOf({ id, organizationId }),
    {
      expression: '#status = :active AND attribute_not_exists(deletedAt)',
      names: { '#status': 'status' },
      values: { ':active': 'active' },
    },
    'NOT_FOUND',
  )

export const handler = serve(setHome, ({ principal, lookups, enter, body, now }) => {
  const { organizationId } = body
  const { id, firstName, lastName } = principal
  return retryConflicts(async () => {
    const [[item], membership] = await Promise.all([lookups.read([personKey(id)]), findMembership(lookups, id, organizationId)])
    // Nobody's word opens a tenant: only where they are said to belong it is asked whether they do.
    const standing = membership?.userStatus === 'active' ? await readStanding(enter(organizationId), id) : undefined
    if (!item || !standing || refusalOf(standing, now)) throw problem('NOT_FOUND', { message: NO_MEMBER })
    const person = strip<Person>(item)
    if (person.homeOrganizationId === organizationId) return { homeOrganizationId: organizationId }
    const about = {
      aggregate: { type: 'user', id, name: `${firstName} ${lastName}` },
      data: { userId: id, homeOrganizationId: organizationId },
    }
    const writes = [requireMember(id, organizationId), moveHome(person, organizationId, now), signal({ event: homeChanged, ...about })]
    return enter(organizationId).commit(writes, { homeOrganizationId: organizationId })
  })
})
