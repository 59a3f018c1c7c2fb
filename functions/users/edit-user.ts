import { save } from '../../shared/store/writes.ts'
import { type Granter, requireAsMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import type { Details, User } from './user.ts'
import { edit, hasOtherMail } from './user-details.ts'
import { moveMail, users } from './user-store.ts'

/** Writes a user's details with what hangs on the mail address; nothing when nothing changes. */
export async function commitDetails(call: Granter, user: User, details: Details) {
  const { tenant, policy, now } = call
  const change = edit(user, details, now)
  if (!change) return toUser(user, policy)
  const moved = hasOtherMail(user, change.after)
  if (moved) await requireAsMighty(call, user)
  await tenant.commit([...(moved ? moveMail(user, change.after) : []), save(users, change)])
  return toUser(change.after, policy)
}
