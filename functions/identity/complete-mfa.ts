import { problem } from '../../shared/errors.ts'
import { answerChallenge } from '../../shared/identity-challenges.ts'
import { serve } from '../../shared/serve/serve.ts'
import { recoveryKey, stepKey } from '../../shared/store/keys.ts'
import { remove } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { readAddress, refuse } from './address.ts'
import { completeMfa } from './contract.ts'
import { outcomeOf, proceed } from './proceed.ts'
import { readEntrance } from './sign-in.ts'
import { STEP_ENDED, tryStep } from './sign-in-step.ts'

const RECOVERING = 'A recovery with a backup code is not finished. Finish it with the same code.'

export const handler = serve(completeMfa, async (call) => {
  const { lookups, meter, now, body } = call
  const { email, session, code } = body
  const address = await readAddress(call, email)
  const { hash, holder } = address
  const [waiting, [recovery]] = await Promise.all([
    tryStep(lookups, hash, session, 'SOFTWARE_TOKEN_MFA', now),
    lookups.read([recoveryKey(holder?.personId ?? '')]),
  ])
  if (!waiting || waiting.personId !== holder?.personId) return refuse(call, address, problem('INVALID_SESSION', { message: STEP_ENDED }))
  const { personId: userId, organizationId } = waiting
  if (recovery) return refuse(call, address, problem('MFA_REQUIRED', { message: RECOVERING }))
  const [outcome, entrance] = await Promise.all([
    outcomeOf(answerChallenge(meter, { userId, name: 'SOFTWARE_TOKEN_MFA', session, answer: code })),
    readEntrance(call, { personId: userId, homeOrganizationId: holder.homeOrganizationId, organizationId }),
  ])
  const alongside = [remove(stepKey(hash, hashOf(session)))]
  return proceed(call, { address, outcome, entrance, organizationId, way: { method: 'password+totp', mfa: true, alongside } })
})
