import { stepUpFailed } from '../../events/identity.ts'
import { Problem, problem } from '../../shared/errors.ts'
import { FRESH_MS } from '../../shared/identity/fresh.ts'
import type { Person } from '../../shared/identity/person.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { type Session, steppedUp } from '../../shared/identity/session.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import { WRONG_CODE } from '../../shared/identity-challenges.ts'
import type { Call } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { factorKey, sessionKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save, signal, strip } from '../../shared/store/writes.ts'
import { readOwnAddress, release } from './address.ts'
import { stepUp } from './contract.ts'
import { openFor } from './open-for.ts'
import { recordingRefusal } from './proceed.ts'
import { provePassword } from './prove-password.ts'
import { factorOf, takeCode } from './second-factor-store.ts'

type Stepping = Call<typeof stepUp>

const SEND_CODE = 'A second factor is on: send { "code" } with the six digits that your authenticator app shows.'
const SEND_PASSWORD = 'No second factor is on: send { "password" }.'

/** Takes a code of the authenticator app; each serves once. Tries count in this session. */
async function proveCode(call: Stepping, { id, email }: Person, code: string): Promise<void> {
  const address = await readOwnAddress(call, email)
  await recordingRefusal(call, address, async () => {
    const factor = factorOf((await call.lookups.read([factorKey(id)]))[0])
    if (!factor || !(await takeCode(call.lookups, id, factor, code, call.now))) throw problem('INVALID_CODE', { message: WRONG_CODE })
  })
  await release(call, address)
}

async function prove(call: Stepping, person: Person): Promise<'password' | 'code'> {
  const { body } = call
  if ('code' in body) {
    if (!person.mfaEnabled) throw problem('INVALID_CREDENTIALS', { message: SEND_PASSWORD })
    await proveCode(call, person, body.code)
    return 'code'
  }
  if (person.mfaEnabled) throw problem('INVALID_CODE', { message: SEND_CODE })
  await provePassword(call, person, body.password)
  return 'password'
}

/** A refused proof is told in the record, since whoever failed holds a token of the person. */
async function told<T>({ tenant, principal }: Stepping, work: Promise<T>): Promise<T> {
  return work.catch(async (error: unknown) => {
    if (error instanceof Problem && error.status < 500) {
      const data = { userId: principal.id, reason: error.code }
      await tenant.note(signal({ event: stepUpFailed, aggregate: { type: 'user', id: principal.id }, data }))
    }
    throw error
  })
}

export const handler = serve(stepUp, async (call) => {
  const { lookups, principal, session, now } = call
  const person = await findPerson(lookups, principal.id)
  if (!person) throw problem('NOT_FOUND')
  const by = await told(call, prove(call, person))
  await retryConflicts(async (attempt) => {
    const [item] = attempt === 1 ? [session] : await lookups.read([sessionKey(principal.id, session.id)])
    if (!item) throw problem('INVALID_SESSION')
    const current = strip<Session>({ ...item })
    await openFor(call, session.organizationId).commit(save(sessions, steppedUp(current, by, now)))
  })
  return { freshUntil: new Date(Date.parse(now) + FRESH_MS).toISOString() }
})
