import { deviceOf } from '../../shared/access/device.ts'
import { begin, SESSION_MS, type Session, surplusOf } from '../../shared/access/session.ts'
import { endSessions, sessions, sessionsOf } from '../../shared/access/session-store.ts'
import { problem } from '../../shared/errors.ts'
import type { SignedIn } from '../../shared/identity-provider.ts'
import { attemptsKey, personKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { remove, save, strip, type Write } from '../../shared/store/writes.ts'
import { signedIn, users } from '../users/reads.ts'
import { again } from './again.ts'
import type { Person } from './person.ts'
import { patchPerson } from './person-store.ts'
import { readStanding, refusalOf, type Standing } from './standing.ts'
import type { Asking } from './trace.ts'

/** Where somebody signs in to, read while Cognito checks the password. */
export interface Entrance {
  person: Person
  tenant: Tenant
  standing: Standing | undefined
  sessions: Session[]
}

export interface Wish {
  personId: string
  /** Where most people's default is: read at once, and in vain only where it is not. */
  homeOrganizationId: string | undefined
  organizationId: string | undefined
}

export async function readEntrance(call: Asking, { personId, homeOrganizationId, organizationId }: Wish): Promise<Entrance | undefined> {
  const open = (id: string) => call.enter(id, { id: personId, kind: 'member' })
  const likely = organizationId ?? homeOrganizationId
  const [known, [item], standing] = await Promise.all([
    sessionsOf(call.lookups, personId),
    call.lookups.read([personKey(personId)]),
    likely ? readStanding(open(likely), personId) : undefined,
  ])
  if (!item) return undefined
  const person = strip<Person>(item)
  const tenant = open(organizationId ?? person.defaultOrganizationId)
  return { person, tenant, standing: tenant.id === likely ? standing : await readStanding(tenant, personId), sessions: known }
}

interface Beginning {
  entrance: Entrance
  proof: SignedIn
  mailHash: string
  /** Forget these failures. */
  hadFailures: boolean
}

/** One transaction: the session begins, the user has signed in, failures are forgotten. Gives the user as they are then. */
export function beginSession(call: Asking, { entrance, proof, mailHash, hadFailures }: Beginning) {
  const { now: at, client } = call
  const { person, tenant } = entrance
  const agent = { ipAddress: client.ip, userAgent: client.userAgent }
  const session = begin({
    ...{ id: proof.sessionId, organizationId: tenant.id, personId: person.id, device: deviceOf(client.userAgent), ...agent },
    ...{ mfa: false, method: 'password', at, expiresAt: new Date(Date.parse(at) + SESSION_MS).toISOString() },
  })
  const around: Write[] = [
    save(sessions, session),
    ...(hadFailures ? [remove(attemptsKey(mailHash))] : []),
    ...(person.defaultOrganizationId === tenant.id ? [] : [patchPerson(person.id, { defaultOrganizationId: tenant.id })]),
  ]
  return again(async (attempt) => {
    const standing = attempt === 1 ? entrance.standing : await readStanding(tenant, person.id)
    const refusal = standing ? refusalOf(standing) : problem('NOT_FOUND')
    if (!standing || refusal) throw refusal
    const user = signedIn(standing.user, { at, ...agent, loginMethod: 'password' })
    // Should one of these have changed meanwhile, it is left for the next sign-in.
    const surplus = attempt === 1 ? surplusOf(entrance.sessions, tenant.id, at) : []
    await tenant.commit([save(users, user), ...around, ...endSessions(surplus, 'too many sessions', at)])
    return { user: user.after, session: session.after, organization: standing.organization }
  })
}
