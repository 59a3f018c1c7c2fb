import { recoveryRefused } from '../../events/identity.ts'
import { isProblem, problem } from '../../shared/errors.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { type CancelLink, objectToRecovery, useCancel } from '../../shared/identity/recovery-request.ts'
import { serve } from '../../shared/serve/serve.ts'
import { linkKey } from '../../shared/store/keys.ts'
import { signal, strip } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { actorIn } from './actor.ts'
import { cancelRecovery } from './contract.ts'

const OVER = 'This recovery was ended already, or is completed.'

export const handler = serve(cancelRecovery, async (call) => {
  const { lookups, enter, now, body } = call
  const [item] = await lookups.read([linkKey('recovery-cancel', hashOf(body.token))])
  const link = item && strip<CancelLink>(item)
  const person = link?.kind === 'recovery-cancel' && link.expiresAt > now ? await findPerson(lookups, link.personId) : undefined
  if (!link || !person) throw problem('LINK_EXPIRED')
  const { id } = person
  const refused = signal({ event: recoveryRefused, aggregate: { type: 'user', id }, data: { userId: id, by: id } })
  const writes = [useCancel(body.token), ...objectToRecovery(id, now, link.requestId), refused]
  const actor = await actorIn(call, person.defaultOrganizationId, id)
  await enter(person.defaultOrganizationId, actor)
    .commit(writes)
    .catch((error) => {
      throw isProblem(error, 'INVALID_TRANSITION') ? problem('LINK_EXPIRED', { message: OVER, cause: error }) : error
    })
  return undefined
})
