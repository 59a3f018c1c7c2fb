import { mailChanged, verificationFailed } from '../../events/identity.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { isProblem, type Problem, problem } from '../../shared/errors.ts'
import { judgeCode } from '../../shared/identity/codes.ts'
import { isManagedBy } from '../../shared/identity/home-store.ts'
import { findLogin } from '../../shared/identity/login-store.ts'
import type { Person } from '../../shared/identity/person.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import type { Caller, PublicCall } from '../../shared/serve/call.ts'
import { mailCodeKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { signal } from '../../shared/store/writes.ts'
import { actorIn } from './actor.ts'
import { endEverywhere } from './end-everywhere.ts'
import { type MailCode, mailCodeOwner, useMailCode } from './mail-change.ts'

type Proving = Pick<PublicCall<Endpoint>, 'enter' | 'lookups' | 'meter' | 'now'>

export interface NextAddress {
  email: string
  code: string
}

/** That mail has no link, of which the code's own message speaks. */
const ENOUGH = 'You entered too many wrong codes today. Your address has not changed. Ask for another code tomorrow.'

interface Judging extends NextAddress {
  personId: string
  /** Where a wrong code is told. */
  tenant: Tenant
}

/**
 * What the right code says; a wrong one, and one too many, leave their trace. Counted for the person, so that nobody else uses it up; to an
 * address go ten codes a day, whoever asks, which bounds how many are guessed at.
 */
async function judge({ lookups, now }: Proving, { personId, email, code, tenant }: Judging): Promise<MailCode> {
  const refuse = async (refusal: Problem): Promise<never> => {
    const about = { aggregate: { type: 'user', id: personId }, data: { userId: personId, reason: refusal.code } }
    await tenant.note(signal({ event: verificationFailed, ...about }))
    throw refusal
  }
  const owner = mailCodeOwner(personId, email)
  const asked = { key: mailCodeKey(personId), code, owner, countedFor: personId, now }
  const stored = await judgeCode<MailCode>(lookups, asked).catch((error) => {
    if (isProblem(error, 'TOO_MANY_CODES')) return refuse(problem('TOO_MANY_CODES', { message: ENOUGH, cause: error }))
    throw error
  })
  return stored ?? refuse(problem('INVALID_CODE'))
}

/** Whoever asked must still be able to: the person with the same credentials, the organization while it manages them. */
const requireAsker =
  ({ epoch, organizationId }: MailCode) =>
  (person: Person) => {
    if (person.epoch !== epoch)
      throw problem('INVALID_CODE', { message: 'Your password or second factor has changed since this code was made. Ask for a new one.' })
    if (organizationId !== undefined && !isManagedBy(person, organizationId)) throw problem('PERSON_OF_SEVERAL')
  }

/**
 * Gives a signed-in person the address that they prove with a mailed code. One transaction: the address is taken, the old one is given up
 * and keeps its person for 72 hours, credentials of before are void, and all other sessions end. Throws `INVALID_CODE`, `TOO_MANY_CODES`,
 * `EMAIL_TAKEN`, and `PERSON_OF_SEVERAL` where an organization asked that does not manage the person any more.
 */
export async function provenNextAddress(call: Proving, { personId, session }: Caller, next: NextAddress) {
  const { lookups, meter, now } = call
  const person = await findPerson(lookups, personId)
  const login = person && (await findLogin(lookups, person.email))
  if (!login) throw problem('INVALID_SESSION')
  const actor = await actorIn(call, login.organizationId, personId)
  const open = (organizationId: string) => call.enter(organizationId, { ...actor, sessionId: session.id })
  const tenant = open(login.organizationId)
  const code = await judge(call, { ...next, personId, tenant })
  const { email } = code
  const changed = signal({
    event: mailChanged,
    aggregate: { type: 'user', id: personId },
    data: { userId: personId, email, oldEmail: person.email },
  })
  await endEverywhere({
    personId,
    reason: 'mail address was changed',
    now,
    meter,
    lookups,
    tenant,
    open,
    except: session.id,
    nextEmail: email,
    requires: requireAsker(code),
    alongside: [useMailCode(personId, code), changed],
  })
  return { email, emailVerified: true as const }
}
