import { userInvitationAccepted, userJoined } from '../../events/users.ts'
import { problem } from '../../shared/errors.ts'
import { type Change, changed, created } from '../../shared/store/entity.ts'
import { personOf, type User } from './user.ts'

/** How somebody with an account takes an invitation: the invited record ends, and one under their own id takes its place. */

/** Who accepts, as their account knows them. */
export type Joiner = Pick<User, 'id' | 'email' | 'mfaEnabled'> & Partial<Pick<User, 'fromProvider' | 'reapprovalSince' | 'reapprovedAt'>>

/** The invited record is over, and its address is free for the person's own. */
export const close = (invited: User, as: string, at: string): Change<User> =>
  changed<User>(invited, { deletedAt: at, emailVerified: false }, { event: userInvitationAccepted, at, data: { as } })

const arrived = ({ email, mfaEnabled, fromProvider, reapprovalSince, reapprovedAt }: Joiner) => ({
  email,
  mfaEnabled,
  status: 'active' as const,
  emailVerified: true,
  ...(fromProvider === undefined ? {} : { fromProvider }),
  ...(reapprovalSince === undefined ? {} : { reapprovalSince, reapprovedAt }),
})

function begun(invited: User, joiner: Joiner, at: string): Change<User> {
  const { version: _version, createdAt: _createdAt, updatedAt: _updatedAt, invitedAt: _invitedAt, ...fields } = invited
  const user = { ...fields, id: joiner.id, ...arrived(joiner) }
  return created<User>(user, { event: userJoined, at, data: personOf(user) })
}

/** Whoever was removed here before comes back as they were, with the roles that they were invited with, and in the unit. */
function broughtBack(removed: User, invited: User, joiner: Joiner, at: string): Change<User> {
  const gone = { deletedAt: undefined, lockReason: undefined, fromProvider: undefined }
  const held = { assignments: invited.assignments, groupIds: invited.groupIds ?? [], unitId: invited.unitId }
  const patch: Partial<User> = { ...gone, ...arrived(joiner), ...held }
  return changed<User>(removed, patch, { event: userJoined, at, data: personOf({ ...removed, ...patch }) })
}

/** The person's own record, new or brought back. `EMAIL_TAKEN` when they are a member already, by another address. */
export function joinAs(invited: User, joiner: Joiner, known: User | undefined, at: string): Change<User> {
  if (!known) return begun(invited, joiner, at)
  if (known.deletedAt || known.status === 'invited') return broughtBack(known, invited, joiner, at)
  throw problem('EMAIL_TAKEN', { message: 'You are a member of this organization already. There is nothing to accept.' })
}
