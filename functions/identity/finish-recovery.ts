import { mfaRecovered } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { setTotp } from '../../shared/identity-challenges.ts'
import { revokeTokens, signIn } from '../../shared/identity-provider.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { signal } from '../../shared/store/writes.ts'
import { actorIn } from './actor.ts'
import { type Address, refuse } from './address.ts'
import type { completeRecovery, recoverMfa } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { outcomeOf, proceed, provenBy } from './proceed.ts'
import { dropFactor, finishRecovery } from './second-factor-store.ts'
import { type Proof, readEntrance } from './sign-in.ts'

type Recovering = PublicCall<typeof recoverMfa | typeof completeRecovery>

const NOT_YET = 'Choose a new password first: sign in with this one, then come back.'

/** The password is proven, or the refusal tells that it is not; `beside` is read meanwhile. */
export async function provePasswordOf<T>(call: Recovering, address: Address, personId: string, beside: Promise<T>): Promise<T> {
  const [outcome, read] = await Promise.all([outcomeOf(signIn(call.meter, personId, call.body.password)), beside])
  const proof = await provenBy(call, address, outcome)
  // Tokens are given at the end, from a sign-in of their own.
  if ('tokens' in proof) await revokeTokens(call.meter, proof.tokens.refreshToken)
  else if (proof.challenge !== 'SOFTWARE_TOKEN_MFA') return refuse(call, address, problem('FORBIDDEN', { message: NOT_YET }))
  return read
}

/**
 * The second factor is gone, at Cognito and in the record, every session ends, and the person is signed in by their password. Repeating it
 * after a crash does the rest, as long as the record says that a recovery has begun.
 */
export async function recoverBy(call: Recovering, address: Address, personId: string, how: 'backup_code' | 'waiting') {
  const { lookups, meter, now, body } = call
  const here = address.holder?.organizationId ?? ''
  const [actor] = await Promise.all([actorIn(call, here, personId), setTotp(meter, personId, false)])
  const open = (organizationId: string) => call.enter(organizationId, actor)
  const { epoch } = await endEverywhere({ personId, reason: 'second factor was recovered', now, meter, lookups, tenant: open(here), open })
  const [outcome, entrance] = await Promise.all([
    outcomeOf(signIn(meter, personId, body.password)),
    readEntrance(call, { personId, likelyOrganizationId: here, organizationId: undefined }),
  ])
  const about = { aggregate: { type: 'user', id: personId }, data: { userId: personId, how } }
  // Whoever could wait has not shown that they are who was let in once: their organizations approve them anew.
  const person = { mfaEnabled: false, ...(how === 'waiting' ? { approvalsVoidAt: new Date().toISOString() } : {}) }
  const proof: Proof = {
    method: `password+${how}`,
    mfa: false,
    epoch,
    person,
    alongside: [finishRecovery(personId), ...dropFactor(personId), signal({ event: mfaRecovered, ...about })],
  }
  const reply = await proceed(call, { address, outcome, entrance, organizationId: undefined, deviceToken: body.deviceToken, proof })
  if (reply.mfaRequired) throw problem('UNAVAILABLE')
  return reply
}
