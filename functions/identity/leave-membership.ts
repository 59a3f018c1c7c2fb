import { problem } from '../../shared/errors.ts'
import { effectiveStatus } from '../../shared/identity/life-cycle.ts'
import { findMembership, putMembership } from '../../shared/identity/membership-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { organizationKey } from '../../shared/store/keys.ts'
import type { Organization } from '../organizations/door.ts'
import { commitShutOut, leave, type User, users } from '../users/door.ts'
import { leaveMembership } from './contract.ts'

const NO_MEMBER = 'You are no member of such an organization.'

/** Whatever keeps them out of it does not keep them in; only of one that goes on, the last administrator stays. */
export const handler = serve(leaveMembership, async ({ principal: { id }, lookups, enter, params, now }) => {
  const membership = await findMembership(lookups, id, params.id)
  if (!membership || membership.userStatus === 'deleted') throw problem('NOT_FOUND', { message: NO_MEMBER })
  const tenant = enter(params.id)
  const keys = [organizationKey(tenant.id), users.keyOf({ id, organizationId: tenant.id })]
  const [organization, user] = (await tenant.read(...keys)) as [Organization?, User?]
  if (!organization || !user || user.deletedAt || user.status === 'invited') throw problem('NOT_FOUND', { message: NO_MEMBER })
  const change = leave(user, now)
  const isUncounted = effectiveStatus(organization, now) === 'closed'
  const leaving = { change, reason: 'left the organization', isGone: true, isUncounted, alongside: [putMembership(change.after)] } as const
  return commitShutOut({ tenant, lookups, now }, leaving)
})
