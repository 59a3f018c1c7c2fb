import { recoveryRefused } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import type { Factor } from '../../shared/identity/person.ts'
import { answerChallenge, WRONG_CODE } from '../../shared/identity-challenges.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { factorKey, recoveryKey, recoveryRequestKey, stepKey } from '../../shared/store/keys.ts'
import { check, remove, signal, type Write } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { readAddress, refuse } from './address.ts'
import { completeMfa } from './contract.ts'
import { outcomeOf, proceed } from './proceed.ts'
import { factorOf, takeCode } from './second-factor-store.ts'
import { readEntrance } from './sign-in.ts'
import { isStillOf, STEP_ENDED, tryStep } from './sign-in-step.ts'

const RECOVERING = 'A recovery with a backup code is not finished. Finish it with the same code.'

/** Whoever has the factor needs no recovery; one that somebody else asked for ends, unless it is being completed at this moment. */
const endRequest = (userId: string): Write[] => [
  remove(recoveryRequestKey(userId)),
  check(recoveryKey(userId), { expression: 'attribute_not_exists(pk)' }, 'MFA_REQUIRED'),
  signal({ event: recoveryRefused, aggregate: { type: 'user', id: userId }, data: { userId, by: userId } }),
]

/**
 * Cognito takes a code once, but knows nothing of those that were typed by somebody signed in: our record takes it first. Where there is
 * none, Cognito alone decides.
 */
async function judge({ lookups, meter, now, body }: PublicCall<typeof completeMfa>, userId: string, factor: Factor | undefined) {
  const { session, code } = body
  if (factor && !(await takeCode(lookups, userId, factor, code, now))) throw problem('INVALID_CODE', { message: WRONG_CODE })
  return answerChallenge(meter, { userId, name: 'SOFTWARE_TOKEN_MFA', session, answer: code })
}

export const handler = serve(completeMfa, async (call) => {
  const { lookups, now, body } = call
  const { email, session, deviceToken } = body
  const address = await readAddress(call, email, deviceToken)
  const { hash, holder } = address
  const personOf = holder?.personId ?? ''
  const [waiting, [recovery, request, known]] = await Promise.all([
    tryStep(lookups, hash, session, 'SOFTWARE_TOKEN_MFA', now),
    lookups.read([recoveryKey(personOf), recoveryRequestKey(personOf), factorKey(personOf)]),
  ])
  const isHolders = waiting !== undefined && waiting.personId === holder?.personId
  if (recovery && isHolders) return refuse(call, address, problem('MFA_REQUIRED', { message: RECOVERING }))
  if (!holder || !isStillOf(waiting, holder)) return refuse(call, address, problem('INVALID_SESSION', { message: STEP_ENDED }))
  const { personId: userId, organizationId } = waiting
  const [outcome, entrance] = await Promise.all([
    outcomeOf(judge(call, userId, factorOf(known))),
    readEntrance(call, { personId: userId, likelyOrganizationId: holder.organizationId, organizationId }),
  ])
  const alongside = [remove(stepKey(hash, hashOf(session))), ...(request ? endRequest(userId) : [])]
  const proof = { method: 'password+totp' as const, mfa: true, alongside }
  return proceed(call, { address, outcome, entrance, organizationId, deviceToken, proof })
})
