import { passwordChanged } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { requireFresh } from '../../shared/identity/fresh.ts'
import { findPerson, requireEpoch, requireLive } from '../../shared/identity/person-store.ts'
import { cancelRequest } from '../../shared/identity/recovery-request.ts'
import { setPassword } from '../../shared/identity-provider.ts'
import { serve } from '../../shared/serve/serve.ts'
import { attemptsKey } from '../../shared/store/keys.ts'
import { remove, signal } from '../../shared/store/writes.ts'
import { changePassword } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { holding } from './holding.ts'
import { openFor } from './open-for.ts'
import { provePassword } from './prove-password.ts'

export const handler = serve(changePassword, async (call) => {
  const { lookups, principal, session, tenant, meter, now, body } = call
  const person = await findPerson(lookups, principal.id)
  if (!person) throw problem('NOT_FOUND')
  // Where a factor is on, the password alone proves nobody.
  if (person.mfaEnabled) requireFresh(call)
  const { hash, counter } = await provePassword(call, person, body.currentPassword)
  const about = { aggregate: { type: 'user', id: person.id }, data: { userId: person.id, how: 'changed' } }
  await holding(call, person.id, [requireEpoch(person.id, person.epoch), requireLive(session)], async () => {
    await setPassword(meter, person.id, body.newPassword, 'newPassword')
    await endEverywhere({
      personId: person.id,
      reason: 'password was changed',
      now,
      meter,
      lookups,
      tenant,
      except: session.id,
      open: (organizationId) => openFor(call, organizationId),
      person: (at) => ({ passwordChangedAt: at }),
      alongside: [signal({ event: passwordChanged, ...about }), remove(counter), remove(attemptsKey(hash)), cancelRequest(person.id)],
    })
  })
  return undefined
})
