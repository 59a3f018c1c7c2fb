import { recoveryRequested } from '../../events/identity.ts'
import { isProblem, problem } from '../../shared/errors.ts'
import { findPerson, requireEpoch } from '../../shared/identity/person-store.ts'
import { newRequest, putRequest, readWaiting } from '../../shared/identity/recovery-request.ts'
import { revokeTokens, signIn } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { signal } from '../../shared/store/writes.ts'
import { actorIn } from './actor.ts'
import { readAddress, release } from './address.ts'
import { requestRecovery } from './contract.ts'
import { outcomeOf, provenBy } from './proceed.ts'

const NO_FACTOR = 'This account has no second factor that could be lost: sign in with the password.'

export const handler = serve(requestRecovery, async (call) => {
  const { lookups, meter, now, body } = call
  const address = await readAddress(call, body.email, body.deviceToken)
  const { personId = newId('usr'), organizationId = '', epoch = 0 } = address.holder ?? {}
  const [outcome, person] = await Promise.all([outcomeOf(signIn(meter, personId, body.password)), findPerson(lookups, personId)])
  const proven = await provenBy(call, address, outcome)
  const [actor] = await Promise.all([
    actorIn(call, organizationId, personId),
    release(call, address),
    'tokens' in proven ? revokeTokens(meter, proven.tokens.refreshToken) : undefined,
  ])
  if (!person?.mfaEnabled) throw problem('INVALID_TRANSITION', { message: NO_FACTOR })
  const request = newRequest(now)
  const about = { aggregate: { type: 'user', id: personId }, data: { userId: personId, completesAt: request.completesAt } }
  const writes = [putRequest(personId, request), requireEpoch(personId, epoch), signal({ event: recoveryRequested, ...about })]
  try {
    return await call.enter(organizationId, actor).commit(writes, request)
  } catch (error) {
    const waiting = isProblem(error, 'CONFLICT') ? await readWaiting(lookups, personId, now) : undefined
    if (waiting?.request) return waiting.request
    throw error
  }
})
