import { homeChanged } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { membershipKey, personKey } from '../../shared/store/keys.ts'
import { check, signal, strip } from '../../shared/store/writes.ts'
import { users } from '../users/reads.ts'
import { again } from './again.ts'
import { setHome } from './contract.ts'
import type { Membership, Person } from './person.ts'
import { moveHome } from './person-store.ts'

const NO_MEMBER = 'You can be at home only where you are an active member.'

/** They belong there at this moment, whatever their list of memberships shows. */
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

export const handler = serve(setHome, ({ principal, lookups, enter, body }) => {
  const { organizationId } = body
  const { id, firstName, lastName } = principal
  return again(async () => {
    const [item, membership] = await lookups.read([personKey(id), membershipKey(id, organizationId)])
    const isActive = (membership as Membership | undefined)?.userStatus === 'active'
    if (!item || !isActive) throw problem('NOT_FOUND', { message: NO_MEMBER })
    const person = strip<Person>(item)
    if (person.homeOrganizationId === organizationId) return { homeOrganizationId: organizationId }
    const about = {
      aggregate: { type: 'user', id, name: `${firstName} ${lastName}` },
      data: { userId: id, homeOrganizationId: organizationId },
    }
    const writes = [requireMember(id, organizationId), moveHome(person, organizationId), signal({ event: homeChanged, ...about })]
    return enter(organizationId).commit(writes, { homeOrganizationId: organizationId })
  })
})
