import { registrationResent } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { Conflict } from '../../shared/store/commit.ts'
import { registrationKey } from '../../shared/store/keys.ts'
import { signal } from '../../shared/store/writes.ts'
import { resendVerification } from './contract.ts'
import { endOf, type Registration } from './registration.ts'

export const handler = serve(resendVerification, async ({ body, lookups, enter, now }) => {
  const { registrationId: id } = body
  const [item] = (await lookups.read([registrationKey(id)])) as [Registration | undefined]
  if (!item) return { registrationId: id, expiresAt: endOf(now) }
  if (item.expiresAt <= now) throw problem('LINK_EXPIRED')
  const fold = `${id}#resent#${now.slice(0, 16)}`
  const asked = signal({ event: registrationResent, aggregate: { type: 'registration', id }, data: { registrationId: id }, fold })
  await enter(item.organizationId)
    .note(asked)
    .catch((error) => {
      // A second request within the minute is answered by the mail of the first.
      if (!(error instanceof Conflict)) throw error
    })
  return { registrationId: id, expiresAt: item.expiresAt }
})
