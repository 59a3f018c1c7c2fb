import { problem } from '../../shared/errors.ts'
import { requireNobody } from '../../shared/identity/person-store.ts'
import { policySource } from '../../shared/serve/policy.ts'
import { serve } from '../../shared/serve/serve.ts'
import { linkKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { remove } from '../../shared/store/writes.ts'
import { foldMail, hashOf } from '../../shared/tokens.ts'
import { toUser } from '../users/door.ts'
import { type Accepted, acceptAsNew, admitNew, refuseAsTaken } from './accept-as-new.ts'
import { acceptAsPerson, isShutOut } from './accept-as-person.ts'
import { acceptInvitation } from './contract.ts'
import { holding } from './holding.ts'
import { type AcceptCall, type Invited, readInvitation, readInvited } from './invited.ts'
import { INVITATION_EXPIRED, SIGN_IN_TO_ACCEPT } from './problems.ts'

const refusePassword = () =>
  problem('VALIDATION_ERROR', {
    details: { password: 'You have an account already: accept without a password, then sign in with the one you have' },
  })

/** Enough to know one's own address by. */
const masked = (email: string) => `${email.slice(0, 1)}…${email.slice(email.lastIndexOf('@'))}`

const otherSession = (email: string) =>
  problem(SIGN_IN_TO_ACCEPT, {
    message: `This invitation is for ${masked(email)}, and you are signed in with another address. Sign in with that one, then accept again.`,
  })

/** Whoever has an account proves the address by a session of it, where they can have one; whoever is new proves it by the link. */
async function requireProof(call: AcceptCall, { holder, user, formerUntil }: Invited): Promise<void> {
  const { caller, body } = call
  if (caller && foldMail(caller.person.email) !== foldMail(user.email)) throw otherSession(user.email)
  if (holder && caller?.personId !== holder.personId && !(await isShutOut(call, holder))) throw problem(SIGN_IN_TO_ACCEPT)
  if (holder && body.password !== undefined) throw refusePassword()
  if (formerUntil)
    throw problem('EMAIL_TAKEN', {
      message: 'This address was somebody’s until lately, and is kept for them for a while. Try again later.',
      details: { until: formerUntil },
    })
}

async function join(call: AcceptCall, { tenant, organization }: Invited, { user, writes }: Accepted) {
  const used = remove(linkKey('invitation', hashOf(call.body.token)), { expression: 'attribute_exists(pk)' }, INVITATION_EXPIRED)
  const joined = await policySource(tenant, organization).ask((policy) => toUser(user, { policy }))
  const reply = { user: joined, organization: { id: organization.id, name: organization.name } }
  return tenant.commit([used, ...writes], reply)
}

/** Of two who accept at once, the password of the one who joins is the one that stays. */
const joinAsNew = (call: AcceptCall, invited: Invited) =>
  holding(call, invited.user.id, [requireNobody(invited.user.id, INVITATION_EXPIRED)], async () => {
    await admitNew(call, invited)
    return join(call, invited, acceptAsNew(call, invited)).catch((error) => refuseAsTaken(call, invited, error))
  })

export const handler = serve(acceptInvitation, async (call) => {
  const invitation = await readInvitation(call)
  return retryConflicts(async () => {
    const invited = await readInvited(call, invitation)
    await requireProof(call, invited)
    const { holder } = invited
    return holder ? join(call, invited, await acceptAsPerson(call, invited, holder)) : joinAsNew(call, invited)
  })
})
