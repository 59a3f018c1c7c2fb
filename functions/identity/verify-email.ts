import { verificationFailed } from '../../events/identity.ts'
import type { BodyOf } from '../../shared/endpoint.ts'
import { Problem, problem } from '../../shared/errors.ts'
import { judgeCode } from '../../shared/identity/codes.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { registrationKey } from '../../shared/store/keys.ts'
import { signal, strip } from '../../shared/store/writes.ts'
import { completeRegistration } from './complete-registration.ts'
import { verifyEmail } from './contract.ts'
import { provenNextAddress } from './next-address.ts'
import { passwordOf, type Registration } from './registration.ts'
import { findByLink, findRegistration, useCode, useLink } from './registration-store.ts'

type Proving = PublicCall<typeof verifyEmail>
type Body = BodyOf<typeof verifyEmail>
type ByCode = Extract<Body, { registrationId: string }>
type ByLink = Extract<Body, { token: string }>

/** Nobody guesses unseen, though the organization in which it is told may never come to be. */
async function refuseCode({ enter }: Proving, { id, organizationId }: Registration, refusal: Problem): Promise<never> {
  const aggregate = { type: 'registration', id }
  await enter(organizationId).note(signal({ event: verificationFailed, aggregate, data: { registrationId: id, reason: refusal.code } }))
  throw refusal
}

/** Whoever began it and reads the mail. An unknown registration, one that is over and a wrong code are answered alike. */
async function proveByCode(call: Proving, { registrationId: id, code }: ByCode) {
  const { lookups, now } = call
  const known = await findRegistration(lookups, id, now)
  if (!known) throw problem('INVALID_CODE')
  const judged = await judgeCode(lookups, { key: registrationKey(id), code, owner: id, countedFor: known.mailHash, now }).catch((error) => {
    if (error instanceof Problem && error.status < 500) return refuseCode(call, known, error)
    throw error
  })
  if (!judged) return refuseCode(call, known, problem('INVALID_CODE'))
  const registration = strip<Registration>({ ...judged })
  return completeRegistration(call, { registration, password: passwordOf(registration), use: useCode(registration) }, 'INVALID_CODE')
}

/** Whoever reads the mail, wherever it was begun: the account is theirs, so the password is too. */
async function proveByLink(call: Proving, { token, password }: ByLink) {
  const registration = await findByLink(call.lookups, token, call.now)
  if (!registration) throw problem('LINK_EXPIRED')
  return completeRegistration(call, { registration, password, use: useLink(registration) }, 'LINK_EXPIRED')
}

export const handler = serve(verifyEmail, (call) => {
  const { body, caller, answer } = call
  if ('registrationId' in body) return proveByCode(call, body)
  if ('token' in body) return proveByLink(call, body)
  if (!caller) throw problem('AUTHENTICATION_REQUIRED')
  answer.status = 200
  return provenNextAddress(call, caller, body)
})
