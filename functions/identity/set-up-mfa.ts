import { renderSVG } from 'uqr'
import { mfaSetupBegun } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { associateTotp } from '../../shared/identity-challenges.ts'
import { beginEnrolment } from '../../shared/identity-provider.ts'
import { seal } from '../../shared/keyring.ts'
import { serve } from '../../shared/serve/serve.ts'
import { signal } from '../../shared/store/writes.ts'
import { readOwnAddress, release } from './address.ts'
import { setUpMfa } from './contract.ts'
import { recordingRefusal } from './proceed.ts'
import { putEnrolment } from './second-factor-store.ts'

const ISSUER = 'Tessera'
const LIFETIME_MS = 10 * 60_000

/** As authenticator apps read it (Google's key URI format). */
export function otpauthUri(secret: string, email: string): string {
  const query = new URLSearchParams({ secret, issuer: ISSUER, algorithm: 'SHA1', digits: '6', period: '30' })
  return `otpauth://totp/${ISSUER}:${encodeURIComponent(email)}?${query}`
}

/** The token with which Cognito hands out a secret never leaves here, so that none which does opens Cognito's self-service. */
export const handler = serve(setUpMfa, async (call) => {
  const { lookups, principal, session, tenant, meter, body, now } = call
  const person = await findPerson(lookups, principal.id)
  if (!person || person.mfaEnabled)
    throw problem('INVALID_TRANSITION', { message: 'A second factor is set up already. Remove it first, then set up another.' })
  const address = await readOwnAddress(call, person.email)
  const tokens = await recordingRefusal(call, address, () => beginEnrolment(meter, person.id, body.password))
  const [secret] = await Promise.all([associateTotp(meter, tokens.accessToken), release(call, address)])
  const sealed = seal('enrolment', person.id, JSON.stringify({ ...tokens, secret }))
  const expiresAt = new Date(Date.parse(now) + LIFETIME_MS).toISOString()
  const about = { aggregate: { type: 'user', id: person.id }, data: { userId: person.id } }
  await tenant.commit([putEnrolment(person.id, { sealed, sessionId: session.id, expiresAt }), signal({ event: mfaSetupBegun, ...about })])
  const uri = otpauthUri(secret, person.email)
  return { secret, otpauthUri: uri, qrSvg: renderSVG(uri, { border: 4 }) }
})
