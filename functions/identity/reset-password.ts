import { passwordChanged } from '../../events/identity.ts'
import { Problem, problem } from '../../shared/errors.ts'
import { setPassword } from '../../shared/identity-provider.ts'
import { serve } from '../../shared/serve/serve.ts'
import { attemptsKey, resetKey } from '../../shared/store/keys.ts'
import { remove, signal } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { stillThis, tryCode } from './codes.ts'
import { resetPassword } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { findLogin } from './person-store.ts'

export const handler = serve(resetPassword, async (call) => {
  const { body, lookups, meter, now } = call
  const hash = mailHash(body.email)
  const [login, code] = await Promise.all([findLogin(lookups, body.email), tryCode(lookups, resetKey(hash), body.code, now)])
  if (!login || code?.personId !== login.personId) throw problem('INVALID_CODE')
  const { personId, homeOrganizationId } = login
  await setPassword(meter, personId, body.newPassword, 'newPassword').catch((error) => {
    // Nobody there yet: whoever is invited gets a password by accepting.
    throw error instanceof Problem && error.code === 'INVALID_CREDENTIALS' ? problem('INVALID_CODE', { cause: error }) : error
  })
  const open = (organizationId: string) => call.enter(organizationId, { id: personId, kind: 'member' })
  const changed = signal({ event: passwordChanged, aggregate: { type: 'user', id: personId }, data: { userId: personId, how: 'reset' } })
  const alongside = [remove(resetKey(hash), stillThis(code), 'INVALID_CODE'), remove(attemptsKey(hash)), changed]
  await endEverywhere({ personId, reason: 'password was reset', now, meter, lookups, tenant: open(homeOrganizationId), open, alongside })
  return undefined
})
