import type { Endpoint } from '../../shared/endpoint.ts'
import { isProblem, problem } from '../../shared/errors.ts'
import { requireFresh } from '../../shared/identity/fresh.ts'
import { requireManaged } from '../../shared/identity/home-store.ts'
import { askForMail } from '../../shared/identity/mail-request.ts'
import type { Call } from '../../shared/serve/call.ts'
import { requireNoGainIn } from '../../shared/serve/granting.ts'
import type { Change } from '../../shared/store/entity.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { FreeForm } from './free-form.ts'
import { type Granter, inviterOf, requireAsMighty, requireNothingOpened } from './granting.ts'
import { toUser } from './present-user.ts'
import type { Details, User } from './user.ts'
import { edit, hasOtherMail } from './user-details.ts'
import { users } from './user-store.ts'

export type Editor = Granter & Pick<Call<Endpoint>, 'session'>

/** Patches can add up to what no single body may hold. */
function requireStorable(details: Details) {
  for (const field of ['preferences', 'metadata'] as const) {
    const { error } = FreeForm.optional().safeParse(details[field])
    if (error) throw problem('VALIDATION_ERROR', { details: { [field]: error.issues[0]?.message } })
  }
}

/** A member's address stays until the next one is proven; asking for it takes that the organization manages them, or that they are it. */
function nextMail({ principal, now }: Editor, user: User, email: string): Write[] {
  const isSelf = principal.id === user.id
  const name = `${user.firstName} ${user.lastName}`
  const asking = askForMail({ personId: user.id, name, email, by: isSelf ? 'person' : 'organization', now })
  return isSelf ? [asking] : [requireManaged(user), asking]
}

const askedAlready = (error: unknown) =>
  isProblem(error, 'CONFLICT')
    ? problem('RATE_LIMIT_EXCEEDED', {
        message: 'Another mail address was asked for within this minute. Try again in the next one.',
        cause: error,
      })
    : error

/** An invitation that goes to another address is that of whoever sent it there, should they be one of the provider's people. */
function redirected(editor: Editor, change: Change<User>): Change<User> {
  const invitedFrom = inviterOf(editor)
  return invitedFrom ? { ...change, after: { ...change.after, invitedFrom } } : change
}

/** Writes a user's details. A member's next address waits for its proof, and an invitation simply goes there; nothing where nothing changes. */
export async function commitDetails(call: Editor, user: User, details: Details) {
  const { tenant, policy, now } = call
  requireStorable(details)
  const isMoving = hasOtherMail(user, details)
  const isInvited = user.status === 'invited'
  const edited = edit(user, { ...details, email: isMoving && isInvited ? details.email : user.email }, now)
  const change = edited && isMoving && isInvited ? redirected(call, edited) : edited
  const reply = await policy.ask((known) => toUser(change?.after ?? user, { policy: known }))
  if (!change && !isMoving) return reply
  if (isMoving) requireFresh(call)
  await requireAsMighty(call, user, isMoving ? 'change the address of' : 'change')
  if (change) {
    await requireNothingOpened(call, user, change.after)
    await requireNoGainIn(call, users, user, change.after)
  }
  const moving = isMoving && !isInvited ? nextMail(call, user, details.email) : []
  return tenant.commit([...moving, ...(change ? [save(users, change)] : [])], reply).catch((error) => {
    throw isMoving ? askedAlready(error) : error
  })
}
