import { deviceOf } from '../../shared/access/device.ts'
import { begin, SESSION_MS, type Session, surplusOf } from '../../shared/access/session.ts'
import { endSessions, sessions, sessionsOf } from '../../shared/access/session-store.ts'
import { problem } from '../../shared/errors.ts'
import type { SignedIn } from '../../shared/identity-provider.ts'
import type { Change } from '../../shared/store/entity.ts'
import { attemptsKey, personKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { remove, save, strip, type Write } from '../../shared/store/writes.ts'
import { signedIn, users } from '../users/reads.ts'
import { again } from './again.ts'
import { appearance, devicesWith } from './devices.ts'
import type { Person } from './person.ts'
import { patchPerson, readPerson } from './person-store.ts'
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

/**
 * Another organization of the person, the oldest first, for when their default one does not let them in: a lock in one leaves the
 * others open. Asked only of who has proven who they are, so it tells strangers nothing.
 */
export async function enterElsewhere(call: Asking, entrance: Entrance): Promise<Entrance | undefined> {
  const { person, tenant } = entrance
  const { memberships } = await readPerson(call.lookups, person.id)
  const others = memberships.filter(({ organizationId, userStatus }) => organizationId !== tenant.id && userStatus === 'active')
  for (const { organizationId } of others) {
    const other = call.enter(organizationId, { id: person.id, kind: 'member' })
    const standing = await readStanding(other, person.id)
    if (standing && !refusalOf(standing, call.now)) return { ...entrance, tenant: other, standing }
  }
}

/** How somebody proved who they are. */
export interface Way {
  method: 'password' | 'password+totp' | 'password+backup_code'
  /** TOTP was passed. */
  mfa: boolean
  /** What else this sign-in changes, of the person and beside. */
  person?: Partial<Person>
  alongside?: Write[]
}

export interface Beginning extends Way {
  entrance: Entrance
  proof: SignedIn
  mailHash: string
  /** Forget these failures. */
  hadFailures: boolean
}

/** What a sign-in writes beside user and ended sessions. */
function around({ entrance, mailHash, hadFailures, ...way }: Beginning, session: Change<Session>): Write[] {
  const { person, tenant } = entrance
  const { device } = session.after
  const patch = {
    ...(person.defaultOrganizationId === tenant.id ? {} : { defaultOrganizationId: tenant.id }),
    ...devicesWith(person, device),
    ...way.person,
  }
  return [
    save(sessions, session),
    ...(hadFailures ? [remove(attemptsKey(mailHash))] : []),
    ...(Object.keys(patch).length > 0 ? [patchPerson(person.id, patch)] : []),
    ...appearance(person, device),
    ...(way.alongside ?? []),
  ]
}

/** One transaction: the session begins, the user has signed in, failures are forgotten. Gives the user as they are then. */
export function beginSession(call: Asking, beginning: Beginning) {
  const { now: at, client } = call
  const { entrance, proof, method, mfa } = beginning
  const { person, tenant } = entrance
  const agent = { ipAddress: client.ip, userAgent: client.userAgent }
  const session = begin({
    ...{ id: proof.sessionId, organizationId: tenant.id, personId: person.id, device: deviceOf(client.userAgent), ...agent },
    ...{ mfa, method, at, expiresAt: new Date(Date.parse(at) + SESSION_MS).toISOString() },
  })
  const beside = around(beginning, session)
  const mfaEnabled = { ...person, ...beginning.person }.mfaEnabled === true
  return again(async (attempt) => {
    const standing = attempt === 1 ? entrance.standing : await readStanding(tenant, person.id)
    const refusal = standing ? refusalOf(standing, at) : problem('NOT_FOUND')
    if (!standing || refusal) throw refusal
    const user = signedIn(standing.user, { at, ...agent, loginMethod: method, mfaEnabled })
    // Should one of these have changed meanwhile, it is left for the next sign-in.
    const surplus = attempt === 1 ? surplusOf(entrance.sessions, tenant.id, at) : []
    await tenant.commit([save(users, user), ...beside, ...endSessions(surplus, 'too many sessions', at)])
    return { user: user.after, session: session.after, organization: standing.organization }
  })
}
