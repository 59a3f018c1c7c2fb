import { recoveryRefused } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { answerChallenge } from '../../shared/identity-challenges.ts'
import { serve } from '../../shared/serve/serve.ts'
import { recoveryKey, recoveryRequestKey, stepKey } from '../../shared/store/keys.ts'
import { check, remove, signal, type Write } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { readAddress, refuse } from './address.ts'
import { completeMfa } from './contract.ts'
import { outcomeOf, proceed } from './proceed.ts'
import { readEntrance } from './sign-in.ts'
import { STEP_ENDED, tryStep } from './sign-in-step.ts'

const RECOVERING = 'A recovery with a backup code is not finished. Finish it with the same code.'

/** Whoever has the factor needs no recovery; one that somebody else asked for ends, unless it is being completed at this moment. */
const endRequest = (userId: string): Write[] => [
  remove(recoveryRequestKey(userId)),
  check(recoveryKey(userId), { expression: 'attribute_not_exists(pk)' }, 'MFA_REQUIRED'),
  signal({ event: recoveryRefused, aggregate: { type: 'user', id: userId }, data: { userId, by: userId } }),
]

export const handler = serve(completeMfa, async (call) => {
  const { lookups, meter, now, body } = call
  const { email, session, code, deviceToken } = body
  const address = await readAddress(call, email, deviceToken)
  const { hash, holder } = address
  const personOf = holder?.personId ?? ''
  const [waiting, [recovery, request]] = await Promise.all([
    tryStep(lookups, hash, session, 'SOFTWARE_TOKEN_MFA', now),
    lookups.read([recoveryKey(personOf), recoveryRequestKey(personOf)]),
  ])
  if (!waiting || waiting.personId !== holder?.personId) return refuse(call, address, problem('INVALID_SESSION', { message: STEP_ENDED }))
  const { personId: userId, organizationId } = waiting
  if (recovery) return refuse(call, address, problem('MFA_REQUIRED', { message: RECOVERING }))
  const [outcome, entrance] = await Promise.all([
    outcomeOf(answerChallenge(meter, { userId, name: 'SOFTWARE_TOKEN_MFA', session, answer: code })),
    readEntrance(call, { personId: userId, likelyOrganizationId: holder.organizationId, organizationId }),
  ])
  const alongside = [remove(stepKey(hash, hashOf(session))), ...(request ? endRequest(userId) : [])]
  const proof = { method: 'password+totp' as const, mfa: true, alongside }
  return proceed(call, { address, outcome, entrance, organizationId, deviceToken, proof })
})
