import type { Endpoint } from '../../shared/endpoint.ts'
import { type Code, Problem, problem } from '../../shared/errors.ts'
import type { Call } from '../../shared/serve/call.ts'
import { Conflict } from '../../shared/store/commit.ts'
import type { Change } from '../../shared/store/entity.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { type Login, putMembership, takeMail } from '../identity/reads.ts'
import { personOf, type User } from './user.ts'
import { users } from './user-store.ts'

type Inviter = Pick<Call<Endpoint>, 'tenant'>

const failed = (error: unknown, ...codes: Code[]): error is Problem => error instanceof Problem && codes.includes(error.code)

/** Who signs in with the address already, when that is why a commit failed. */
const holderOf = (error: unknown) =>
  failed(error, 'EMAIL_TAKEN') && error.cause instanceof Conflict ? (error.cause.stored as Login | undefined) : undefined

/** The same invitation, to somebody who has an id already. */
function addressedTo({ personId }: Login, { after, event, data }: Change<User>): Change<User> {
  const user = { ...after, id: personId }
  return { after: user, event, data: { ...data, ...personOf(user) } }
}

async function taken({ tenant }: Inviter, { personId }: Login): Promise<Problem> {
  const holder = await tenant.get(users, personId)
  if (!holder?.deletedAt) return problem('EMAIL_TAKEN')
  const message = 'This email address belongs to a removed user of this organization. Restore that user instead.'
  return problem('EMAIL_TAKEN', { message, details: { userId: personId } })
}

/**
 * Writes an invited user. Whoever signs in with the address already, elsewhere, keeps their id: they are written under it, in a
 * second attempt. What stands alongside comes first in the transaction, so that its conflicts are told first. Throws `EMAIL_TAKEN` when they are, or were, in this organization.
 */
export async function commitInvited<R>(
  inviter: Inviter,
  invited: Change<User>,
  present: (user: User) => R,
  alongside: readonly Write[] = [],
): Promise<R> {
  const { tenant } = inviter
  const { id: personId, email } = invited.after
  const write = (change: Change<User>, ...first: Write[]) => [...alongside, ...first, save(users, change), putMembership(change.after)]
  try {
    return await tenant.commit(write(invited, takeMail(email, { personId, homeOrganizationId: tenant.id })), present(invited.after))
  } catch (error) {
    const login = holderOf(error)
    if (!login) throw error
    const change = addressedTo(login, invited)
    return tenant.commit(write(change), present(change.after)).catch(async (again) => {
      throw failed(again, 'CONFLICT', 'VERSION_CONFLICT') ? await taken(inviter, login) : again
    })
  }
}
