import { problem } from '../../shared/errors.ts'
import { save } from '../../shared/store/writes.ts'
import { FreeForm } from './free-form.ts'
import { type Granter, requireAsMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import type { Details, User } from './user.ts'
import { edit, hasOtherMail } from './user-details.ts'
import { moveMail, users } from './user-store.ts'

/** Patches can add up to what no single body may hold. */
function requireStorable(details: Details) {
  for (const field of ['preferences', 'metadata'] as const) {
    const { error } = FreeForm.optional().safeParse(details[field])
    if (error) throw problem('VALIDATION_ERROR', { details: { [field]: error.issues[0]?.message } })
  }
}

/** Writes a user's details with what hangs on the mail address; nothing when nothing changes. */
export async function commitDetails(call: Granter, user: User, details: Details) {
  const { tenant, policy, now } = call
  requireStorable(details)
  const change = edit(user, details, now)
  if (!change) return toUser(user, policy)
  const moved = hasOtherMail(user, change.after)
  if (moved) await requireAsMighty(call, user, 'change the address of')
  await tenant.commit([...(moved ? moveMail(user, change.after) : []), save(users, change)])
  return toUser(change.after, policy)
}
