import type { Endpoint } from '../../shared/endpoint.ts'
import { departure } from '../../shared/identity/home-store.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { isLive, newestFirst, type Session } from '../../shared/identity/session.ts'
import { endSessions, SESSIONS_A_TRANSACTION, sessionsOf } from '../../shared/identity/session-store.ts'
import type { Call } from '../../shared/serve/call.ts'
import type { Change } from '../../shared/store/entity.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import type { User } from './user.ts'
import { uncountedUsers, users } from './user-store.ts'

const MAX_TRIES = 3

type Acting = Pick<Call<Endpoint>, 'tenant' | 'lookups' | 'now'>

/** The live sessions that a person began in the organization acted in, the newest first, as many as one transaction ends; a reaction ends what is left. */
export async function liveHere({ tenant, lookups, now }: Acting, personId: string): Promise<Session[]> {
  const all = await sessionsOf(lookups, personId)
  return all
    .filter((session) => session.organizationId === tenant.id && isLive(session, now))
    .sort(newestFirst)
    .slice(0, SESSIONS_A_TRANSACTION)
}

export interface ShuttingOut<R> {
  change: Change<User>
  /** Told with each ended session. */
  reason: string
  /** The user is a member no more, not only kept out. */
  isGone?: true
  /** Of a closed organization the last administrator may go, too. */
  isUncounted?: boolean
  alongside?: readonly Write[]
  reply?: R
}

/** Whoever only was invited belongs to nothing yet. */
const wasMember = ({ before }: Change<User>) => before !== undefined && before.status !== 'invited'

async function departureOf({ tenant, lookups }: Acting, { change, isGone }: ShuttingOut<unknown>): Promise<Write[]> {
  if (!isGone || !wasMember(change)) return []
  const person = await findPerson(lookups, change.after.id)
  return person ? departure(person, tenant.id) : []
}

/**
 * Writes what shuts a user out, and ends the sessions they began here in the same transaction. Somebody who renews one at that very
 * moment does not hold it up: sessions are read again, and at last left to the reaction, for nothing opens here to a user shut out.
 */
export async function commitShutOut<R = undefined>(call: Acting, shuttingOut: ShuttingOut<R>): Promise<R> {
  const { change, reason, isUncounted, alongside = [], reply } = shuttingOut
  const written = save(isUncounted ? uncountedUsers : users, change)
  return retryConflicts(async (attempt) => {
    const sessions = attempt < MAX_TRIES ? liveHere(call, change.after.id) : []
    const [live, gone] = await Promise.all([sessions, departureOf(call, shuttingOut)])
    return call.tenant.commit([written, ...alongside, ...gone, ...endSessions(live, reason, call.now)], reply as R)
  }, MAX_TRIES)
}
