import { verificationRequested } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { Conflict } from '../../shared/store/commit.ts'
import { personKey } from '../../shared/store/keys.ts'
import { signal } from '../../shared/store/writes.ts'
import { resendVerification } from './contract.ts'
import type { Person } from './person.ts'

export const handler = serve(resendVerification, async ({ lookups, principal, tenant, now }) => {
  const [person] = (await lookups.read([personKey(principal.id)])) as [Person | undefined]
  if (!person) throw problem('NOT_FOUND')
  if (person.emailVerified) throw problem('EMAIL_ALREADY_VERIFIED')
  const about = { aggregate: { type: 'user', id: person.id }, data: { userId: person.id, email: person.email } }
  const fold = `${person.id}#verification#${now.slice(0, 16)}`
  await tenant.note(signal({ event: verificationRequested, ...about, fold })).catch((error) => {
    // A second request within the minute is answered by the mail of the first.
    if (!(error instanceof Conflict)) throw error
  })
  return { email: person.email }
})
