import { passwordChanged } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { answerChallenge } from '../../shared/identity-challenges.ts'
import { serve } from '../../shared/serve/serve.ts'
import { signal } from '../../shared/store/writes.ts'
import { readAddress, refuse } from './address.ts'
import { setNewPassword } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { outcomeOf, proceed } from './proceed.ts'
import { readEntrance } from './sign-in.ts'
import { STEP_ENDED, tryStep } from './sign-in-step.ts'

export const handler = serve(setNewPassword, async (call) => {
  const { lookups, meter, now, body } = call
  const { email, session, newPassword, deviceToken } = body
  const address = await readAddress(call, email, deviceToken)
  const { hash, holder } = address
  const waiting = await tryStep(lookups, hash, session, 'NEW_PASSWORD_REQUIRED', now)
  if (!waiting || waiting.personId !== holder?.personId) return refuse(call, address, problem('INVALID_SESSION', { message: STEP_ENDED }))
  const { personId, organizationId } = waiting
  const outcome = await outcomeOf(answerChallenge(meter, { userId: personId, name: 'NEW_PASSWORD_REQUIRED', session, answer: newPassword }))
  let { epoch } = holder
  if (!(outcome instanceof Error)) {
    const open = (id: string) => call.enter(id, { id: personId, kind: 'member' })
    const changed = signal({
      event: passwordChanged,
      aggregate: { type: 'user', id: personId },
      data: { userId: personId, how: 'forced' },
    })
    const except = 'challenge' in outcome ? '' : outcome.sessionId
    const ending = { personId, reason: 'password was changed', now, meter, lookups, tenant: open(holder.organizationId), open }
    epoch = (await endEverywhere({ ...ending, alongside: [changed], except })).epoch
  }
  const entrance = await readEntrance(call, { personId, likelyOrganizationId: holder.organizationId, organizationId })
  const proof = { method: 'password' as const, mfa: false, epoch }
  return proceed(call, { address, outcome, entrance, organizationId, deviceToken, proof })
})
