import { registrationBegun } from '../../events/identity.ts'
import { config } from '../../shared/config.ts'
import { problem } from '../../shared/errors.ts'
import { acceptedLanguage } from '../../shared/language.ts'
import { weaknessOf } from '../../shared/password-policy.ts'
import { serve } from '../../shared/serve/serve.ts'
import { slugKey } from '../../shared/store/keys.ts'
import { signal } from '../../shared/store/writes.ts'
import { SLUG_TAKEN } from '../organizations/door.ts'
import { register } from './contract.ts'
import { REGISTRATION_CLOSED } from './problems.ts'
import { beginRegistration } from './registration.ts'
import { putRegistration } from './registration-store.ts'

function requireStrong(password: string): void {
  const missing = weaknessOf(password)
  if (missing) throw problem('WEAK_PASSWORD', { message: `The password is too weak. ${missing}.`, details: { 'admin.password': missing } })
}

/** Asks nothing about the address, so that neither the answer nor its time tells whether somebody has it. */
export const handler = serve(register, async ({ body, headers, lookups, enter, now }) => {
  if (config.registration === 'invited') throw problem(REGISTRATION_CLOSED)
  requireStrong(body.admin.password)
  const { slug } = body.organization
  if (slug && (await lookups.read([slugKey(slug)]))[0]) throw problem(SLUG_TAKEN)
  const registration = beginRegistration(body, acceptedLanguage(headers['accept-language']), now)
  const { id, organizationId, expiresAt } = registration
  const begun = signal({ event: registrationBegun, aggregate: { type: 'registration', id }, data: { registrationId: id } })
  await enter(organizationId).note([putRegistration(registration), begun])
  return { registrationId: id, expiresAt }
})
