import { problem } from '../../shared/errors.ts'
import { giveUpMail, takeMail, takeMailBack } from '../../shared/identity/login-store.ts'
import type { Person } from '../../shared/identity/person.ts'
import { findPerson, movePerson, raiseEpoch } from '../../shared/identity/person-store.ts'
import { isLive, type Session } from '../../shared/identity/session.ts'
import { endSessions, SESSIONS_A_TRANSACTION, sessionsOf } from '../../shared/identity/session-store.ts'
import { signOutEverywhere } from '../../shared/identity-provider.ts'
import type { Meter } from '../../shared/store/meter.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import type { Table } from '../../shared/store/table.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { Write } from '../../shared/store/writes.ts'
import { foldMail } from '../../shared/tokens.ts'

export interface Ending {
  personId: string
  reason: string
  now: string
  meter: Meter
  lookups: Table
  /** Where this happens; what else belongs to it is written there. */
  tenant: Tenant
  /** Opens another organization that sessions were begun in. */
  open(organizationId: string): Tenant
  /** Read anew at every attempt, where it depends on what somebody else may have changed. */
  alongside?: Write[] | ((attempt: number) => Promise<Write[]>)
  /** What else changes of the person; at the moment of the transaction, where that matters. */
  person?: Partial<Person> | ((at: string, person: Person) => Partial<Person>)
  /** The address that the person signs in with from now on. */
  nextEmail?: string
  /** It was theirs before, and is kept for them still. */
  isTakenBack?: true
  /** Throws where the person, as they are by now, forbids it. */
  requires?: (person: Person) => void
  /** The session that stays. */
  except?: string
}

export interface Ended {
  sessions: number
  /** The person's credentials from now on. */
  epoch: number
}

/** What was proven before is void, for sign-ins under way too. */
function voided({ tenant, nextEmail, now, ...ending }: Ending, person: Person): Write[] {
  // Later than what Cognito was told, unlike the clock of the request: hosted sign-ins are compared with it.
  const validAfter = new Date().toISOString()
  const more = typeof ending.person === 'function' ? ending.person(validAfter, person) : ending.person
  const set = { validAfter, keptSession: ending.except ?? '', ...more }
  if (nextEmail === undefined || foldMail(nextEmail) === foldMail(person.email)) return raiseEpoch(person, set)
  const epoch = person.epoch + 1
  const take = ending.isTakenBack ? takeMailBack : takeMail
  return [
    movePerson(person, { ...set, email: nextEmail, epoch }),
    take(nextEmail, { personId: person.id, organizationId: tenant.id, epoch }, now),
    giveUpMail(person.email, person.id, now),
  ]
}

/** Ends these sessions, in one transaction for each organization they were begun in and each 40 of them. */
export async function endEach(
  live: readonly Session[],
  reason: string,
  now: string,
  open: (organizationId: string) => Tenant,
): Promise<void> {
  for (const [organizationId, group] of Map.groupBy(live, (session) => session.organizationId)) {
    for (let from = 0; from < group.length; from += SESSIONS_A_TRANSACTION)
      await open(organizationId).commit(endSessions(group.slice(from, from + SESSIONS_A_TRANSACTION), reason, now))
  }
}

const liveOf = async ({ lookups, personId, now, except }: Pick<Ending, 'lookups' | 'personId' | 'now' | 'except'>): Promise<Session[]> =>
  (await sessionsOf(lookups, personId)).filter((session) => isLive(session, now) && session.id !== except)

/** Ends every live session that began with credentials of before; those that began meanwhile have the new ones. */
export const endOlder = (
  ending: Pick<Ending, 'lookups' | 'personId' | 'now' | 'except' | 'reason' | 'open'>,
  epoch: number,
): Promise<number> =>
  retryConflicts(async () => {
    const older = (await liveOf(ending)).filter((session) => session.epoch < epoch)
    await endEach(older, ending.reason, ending.now, ending.open)
    return older.length
  })

/**
 * Voids a person's credentials as they were, and ends all live sessions, or all others. One transaction raises the epoch and ends the
 * sessions begun here; a session that begins at the same time either is found afterwards or meets the new epoch and is refused. Where one
 * stays, Cognito is not told, since it could only end all: what the others present there is refused here.
 */
export async function endEverywhere(ending: Ending): Promise<Ended> {
  const { personId, reason, now, meter, lookups, tenant, alongside = [], except } = ending
  const first = await retryConflicts(async (attempt) => {
    const [person, live, beside] = await Promise.all([
      findPerson(lookups, personId),
      liveOf(ending),
      typeof alongside === 'function' ? alongside(attempt) : alongside,
    ])
    if (!person) throw problem('NOT_FOUND')
    // What they become at the same moment makes the transaction fail, and this is asked again.
    ending.requires?.(person)
    const here = live.filter((session) => session.organizationId === tenant.id).slice(0, SESSIONS_A_TRANSACTION)
    await tenant.commit([...beside, ...voided(ending, person), ...endSessions(here, reason, now)])
    return { sessions: here.length, epoch: person.epoch + 1 }
  })
  const rest = await endOlder({ ...ending, open: (id) => (id === tenant.id ? tenant : ending.open(id)) }, first.epoch)
  if (except === undefined) await signOutEverywhere(meter, personId)
  return { sessions: first.sessions + rest, epoch: first.epoch }
}
