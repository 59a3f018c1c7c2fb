import type { Endpoint } from '../../shared/endpoint.ts'
import { Problem, problem } from '../../shared/errors.ts'
import type { Call } from '../../shared/serve/call.ts'
import { Conflict } from '../../shared/store/commit.ts'
import type { Change } from '../../shared/store/entity.ts'
import { membershipKey } from '../../shared/store/keys.ts'
import { putNew, save, type Write } from '../../shared/store/writes.ts'
import type { Login, Membership } from '../identity/reads.ts'
import { personOf, type User } from './user.ts'
import { takeMail, users } from './user-store.ts'

type Inviter = Pick<Call<Endpoint>, 'tenant' | 'organization' | 'policy'>

/** What the person sees of this membership in `me`; the first to fail when the person is in the organization already. */
function join({ organization, policy }: Inviter, user: User): Write {
  const { id, name, type, status } = organization
  const role = policy.role(user.assignments[0]?.roleId ?? '')?.name ?? null
  const membership: Membership = { organizationId: id, name, type, status, role, userStatus: user.status }
  return putNew(membershipKey(user.id, id), { ...membership }, 'EMAIL_TAKEN')
}

/** Who signs in with the address already, when that is why a commit failed. */
function holderOf(error: unknown): Login | undefined {
  if (!(error instanceof Problem) || error.code !== 'EMAIL_TAKEN' || !(error.cause instanceof Conflict)) return undefined
  return error.cause.stored as Login | undefined
}

async function refuseTaken({ tenant }: Inviter, error: unknown, { personId }: Login): Promise<never> {
  const holder = await tenant.get(users, personId)
  if (!holder?.deletedAt) throw error
  throw problem('EMAIL_TAKEN', {
    message: 'This email address belongs to a removed user of this organization. Restore that user instead.',
    details: { userId: personId },
  })
}

/**
 * Writes an invited user. A person who signs in elsewhere with the address keeps their id and home: then the user is written
 * under that id, in a second attempt. Throws `EMAIL_TAKEN` when the person is, or was, in this organization.
 */
export async function commitInvited<R>(inviter: Inviter, invited: Change<User>, present: (user: User) => R): Promise<R> {
  const { tenant } = inviter
  const user = invited.after
  try {
    return await tenant.commit([takeMail(user), join(inviter, user), save(users, invited)], present(user))
  } catch (error) {
    const login = holderOf(error)
    if (!login) throw error
    const known = { ...user, id: login.personId, homeOrganizationId: login.homeOrganizationId }
    const change: Change<User> = { ...invited, after: known, data: { ...invited.data, ...personOf(known) } }
    return tenant.commit([join(inviter, known), save(users, change)], present(known)).catch((again) => {
      if (again instanceof Problem && again.code === 'EMAIL_TAKEN') return refuseTaken(inviter, again, login)
      throw again
    })
  }
}
