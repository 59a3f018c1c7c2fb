import { passwordChanged } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { setPassword } from '../../shared/identity-provider.ts'
import { serve } from '../../shared/serve/serve.ts'
import { remove, signal } from '../../shared/store/writes.ts'
import { changePassword } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { openFor } from './open-for.ts'
import { findPerson } from './person-store.ts'
import { provePassword } from './prove-password.ts'

export const handler = serve(changePassword, async (call) => {
  const { lookups, principal, session, tenant, meter, now, body } = call
  const person = await findPerson(lookups, principal.id)
  if (!person) throw problem('NOT_FOUND')
  const { counter } = await provePassword(call, person, body.currentPassword)
  await setPassword(meter, person.id, body.newPassword, 'newPassword')
  const about = { aggregate: { type: 'user', id: person.id }, data: { userId: person.id, how: 'changed' } }
  await endEverywhere({
    ...{ personId: person.id, reason: 'password was changed', now, meter, lookups, tenant, except: session.id },
    open: (organizationId) => openFor(call, organizationId),
    alongside: [signal({ event: passwordChanged, ...about }), remove(counter)],
  })
  return undefined
})
