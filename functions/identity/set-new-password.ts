import { passwordChanged } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { requireEpoch } from '../../shared/identity/person-store.ts'
import { answerChallenge } from '../../shared/identity-challenges.ts'
import { serve } from '../../shared/serve/serve.ts'
import { signal } from '../../shared/store/writes.ts'
import { actorIn } from './actor.ts'
import { readAddress, refuse } from './address.ts'
import { setNewPassword } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { holding } from './holding.ts'
import { outcomeOf, proceed } from './proceed.ts'
import { readEntrance } from './sign-in.ts'
import { isStillOf, STEP_ENDED, tryStep } from './sign-in-step.ts'

export const handler = serve(setNewPassword, async (call) => {
  const { lookups, meter, now, body } = call
  const { email, session, newPassword, deviceToken } = body
  const address = await readAddress(call, email, deviceToken)
  const { hash, holder } = address
  const waiting = await tryStep(lookups, hash, session, 'NEW_PASSWORD_REQUIRED', now)
  if (!holder || !isStillOf(waiting, holder)) return refuse(call, address, problem('INVALID_SESSION', { message: STEP_ENDED }))
  const { personId, organizationId } = waiting
  let { epoch } = holder
  const outcome = await holding(call, personId, [requireEpoch(personId, epoch)], async () => {
    const answer = { userId: personId, name: 'NEW_PASSWORD_REQUIRED' as const, session, answer: newPassword }
    const said = await outcomeOf(answerChallenge(meter, answer))
    if (said instanceof Error) return said
    const actor = await actorIn(call, holder.organizationId, personId)
    const open = (id: string) => call.enter(id, actor)
    const changed = signal({
      event: passwordChanged,
      aggregate: { type: 'user', id: personId },
      data: { userId: personId, how: 'forced' },
    })
    const except = 'challenge' in said ? '' : said.sessionId
    const ending = { personId, reason: 'password was changed', now, meter, lookups, tenant: open(holder.organizationId), open }
    const person = (at: string) => ({ passwordChangedAt: at })
    epoch = (await endEverywhere({ ...ending, person, alongside: [changed], except })).epoch
    return said
  })
  const entrance = await readEntrance(call, { personId, likelyOrganizationId: holder.organizationId, organizationId })
  const proof = { method: 'password' as const, mfa: false, epoch }
  return proceed(call, { address, outcome, entrance, organizationId, deviceToken, proof })
})
