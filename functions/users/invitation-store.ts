import type { Endpoint } from '../../shared/endpoint.ts'
import { isProblem, type Problem, problem } from '../../shared/errors.ts'
import { invitationEnds } from '../../shared/identity/codes.ts'
import type { Call } from '../../shared/serve/call.ts'
import { Conflict } from '../../shared/store/commit.ts'
import type { Change } from '../../shared/store/entity.ts'
import { save, saveTogether, type Write } from '../../shared/store/writes.ts'
import { type User, withdraw } from './user.ts'
import { users } from './user-store.ts'

type Inviter = Pick<Call<Endpoint>, 'tenant' | 'now'>

/** The user of this organization who has the address, when that is why a commit failed. */
async function holderBehind({ tenant }: Inviter, error: unknown): Promise<User | undefined> {
  if (!isProblem(error, 'EMAIL_TAKEN') || !(error.cause instanceof Conflict)) return undefined
  const owner = error.cause.stored?.owner
  return typeof owner === 'string' ? tenant.get(users, owner) : undefined
}

/** An invitation that nobody accepted in its time does not stand in the way. */
const isExpired = ({ status, emailVerified, deletedAt, createdAt, invitedAt = createdAt }: User, now: string) =>
  status === 'invited' && !emailVerified && !deletedAt && invitationEnds(invitedAt) <= now

function taken({ id, status, deletedAt }: User): Problem {
  if (deletedAt) {
    const message = 'This email address belongs to a removed user of this organization. Restore that user instead.'
    return problem('EMAIL_TAKEN', { message, details: { userId: id } })
  }
  if (status !== 'invited') return problem('EMAIL_TAKEN')
  const message = 'This email address has been invited already. Send that invitation again, or withdraw it first.'
  return problem('EMAIL_TAKEN', { message, details: { userId: id } })
}

/**
 * Writes an invited user, who shares nothing with invitations of other organizations to the same address. What stands alongside comes
 * first in the transaction, so that its conflicts are told first. Throws `EMAIL_TAKEN` when a user of this organization has the address.
 */
export async function commitInvited<R>(
  inviter: Inviter,
  invited: Change<User>,
  present: (user: User) => R | Promise<R>,
  alongside: readonly Write[] = [],
): Promise<R> {
  const { tenant, now } = inviter
  const reply = await present(invited.after)
  try {
    return await tenant.commit([...alongside, save(users, invited)], reply)
  } catch (error) {
    const holder = await holderBehind(inviter, error)
    if (!holder) throw error
    if (!isExpired(holder, now)) throw taken(holder)
    return tenant.commit([...alongside, saveTogether(users, withdraw(holder, now), invited)], reply)
  }
}
