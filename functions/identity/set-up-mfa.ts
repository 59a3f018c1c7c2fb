import { renderSVG } from 'uqr'
import { problem } from '../../shared/errors.ts'
import { associateTotp } from '../../shared/identity-challenges.ts'
import { serve } from '../../shared/serve/serve.ts'
import { personKey } from '../../shared/store/keys.ts'
import { bearerOf } from './bearer.ts'
import { setUpMfa } from './contract.ts'
import type { Person } from './person.ts'

const ISSUER = 'Tessera'

/** As authenticator apps read it (Google's key URI format). */
export function otpauthUri(secret: string, email: string): string {
  const query = new URLSearchParams({ secret, issuer: ISSUER, algorithm: 'SHA1', digits: '6', period: '30' })
  return `otpauth://totp/${ISSUER}:${encodeURIComponent(email)}?${query}`
}

export const handler = serve(setUpMfa, async ({ lookups, principal, meter, headers }) => {
  const [person] = (await lookups.read([personKey(principal.id)])) as [Person | undefined]
  if (person?.mfaEnabled)
    throw problem('INVALID_TRANSITION', { message: 'A second factor is set up already. Remove it first, then set up another.' })
  const secret = await associateTotp(meter, bearerOf(headers))
  const uri = otpauthUri(secret, person?.email ?? principal.email)
  return { secret, otpauthUri: uri, qrSvg: renderSVG(uri, { border: 4 }) }
})
