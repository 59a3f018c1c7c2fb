import { mfaRecovered } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { setTotp } from '../../shared/identity-challenges.ts'
import { revokeTokens, signIn } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { signal } from '../../shared/store/writes.ts'
import { actorIn } from './actor.ts'
import { type Address, readAddress, refuse } from './address.ts'
import { completeRecovery } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { outcomeOf, proceed, provenBy, settled } from './proceed.ts'
import { beginRecovery, isUnderWay, readWaiting, requireDue } from './recovery-request.ts'
import { dropFactor, finishRecovery } from './second-factor-store.ts'
import { type Proof, readEntrance } from './sign-in.ts'

type Completing = PublicCall<typeof completeRecovery>

const NOT_YET = 'Choose a new password first: sign in with this one, then come back.'

/**
 * The password is proven and the wait is over. What is written outlasts a crash: from here on nobody signs in but by repeating this, since
 * our record goes on demanding the second factor that Cognito is about to ask for no more; and nobody objects any more.
 */
async function begin(call: Completing, address: Address): Promise<string> {
  const { lookups, meter, now, body } = call
  const personId = address.holder?.personId ?? newId('usr')
  const [outcome, waiting] = await Promise.all([outcomeOf(signIn(meter, personId, body.password)), readWaiting(lookups, personId, now)])
  const proven = await provenBy(call, address, outcome)
  // Tokens are given at the end, from a sign-in of their own.
  if ('tokens' in proven) await revokeTokens(meter, proven.tokens.refreshToken)
  else if (proven.challenge !== 'SOFTWARE_TOKEN_MFA') return refuse(call, address, problem('FORBIDDEN', { message: NOT_YET }))
  if (isUnderWay(waiting)) return personId
  await settled(call, address, async () => {
    const request = requireDue(waiting, now)
    await call.enter(address.holder?.organizationId ?? '').commit(beginRecovery(personId, request, now))
  })
  return personId
}

export const handler = serve(completeRecovery, async (call) => {
  const { lookups, meter, now, body } = call
  const address = await readAddress(call, body.email, body.deviceToken)
  const here = address.holder?.organizationId ?? ''
  const personId = await begin(call, address)
  const [actor] = await Promise.all([actorIn(call, here, personId), setTotp(meter, personId, false)])
  const open = (organizationId: string) => call.enter(organizationId, actor)
  const { epoch } = await endEverywhere({ personId, reason: 'second factor was recovered', now, meter, lookups, tenant: open(here), open })
  const [outcome, entrance] = await Promise.all([
    outcomeOf(signIn(meter, personId, body.password)),
    readEntrance(call, { personId, likelyOrganizationId: here, organizationId: undefined }),
  ])
  const about = { aggregate: { type: 'user', id: personId }, data: { userId: personId, how: 'waiting' } }
  const proof: Proof = {
    ...{ method: 'password+waiting', mfa: false, epoch },
    person: { mfaEnabled: false, approvalsVoidAt: new Date().toISOString() },
    alongside: [finishRecovery(personId), ...dropFactor(personId), signal({ event: mfaRecovered, ...about })],
  }
  const reply = await proceed(call, { address, outcome, entrance, organizationId: undefined, deviceToken: body.deviceToken, proof })
  if (reply.mfaRequired) throw problem('UNAVAILABLE')
  return reply
})
