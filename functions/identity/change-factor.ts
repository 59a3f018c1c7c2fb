import type { Endpoint } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import type { EventType } from '../../shared/event.ts'
import type { Session } from '../../shared/identity/session.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import type { Call } from '../../shared/serve/call.ts'
import type { Change } from '../../shared/store/entity.ts'
import { sessionKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save, strip, type Write } from '../../shared/store/writes.ts'
import { type User, userOf, users, withMfa } from '../users/door.ts'
import { endEverywhere } from './end-everywhere.ts'
import { openFor } from './open-for.ts'

export interface FactorChange {
  isOn: boolean
  event: EventType
  data: Record<string, unknown>
  session: (session: Session) => Change<Session>
  /** What becomes of the app's secret and the backup codes. */
  codes: Write[]
}

/** The session as it is by now: the client may have renewed it meanwhile. `INVALID_SESSION` where it has ended. */
async function currentSession({ lookups, session }: Call<Endpoint>): Promise<Session> {
  const [item] = await lookups.read([sessionKey(session.personId, session.id)])
  const current = item && strip<Session>(item)
  if (current?.status !== 'active') throw problem('INVALID_SESSION')
  return current
}

/**
 * Turns the caller's second factor on or off in our records, for user, person and this session; all other sessions end. Whoever calls
 * this holds the person's credentials (`holding`).
 */
export async function changeFactor(call: Call<Endpoint>, { isOn, event, data, session: alter, codes }: FactorChange): Promise<void> {
  const { tenant, principal, session, now, meter, lookups } = call
  const isHere = session.organizationId === tenant.id
  const open = (organizationId: string) => openFor(call, organizationId)
  const changes = async (attempt: number): Promise<Write[]> => {
    const [user, own] =
      attempt === 1
        ? [userOf(principal), session as Session]
        : await Promise.all([tenant.get<User>(users, principal.id), currentSession(call)])
    if (!user) throw problem('NOT_FOUND')
    return [save(users, withMfa(user, isOn, event, now, data)), ...codes, ...(isHere ? [save(sessions, alter(own))] : [])]
  }
  await endEverywhere({
    personId: principal.id,
    reason: 'second factor was changed',
    now,
    meter,
    lookups,
    tenant,
    open,
    except: session.id,
    person: { mfaEnabled: isOn },
    alongside: changes,
  })
  if (isHere) return
  await retryConflicts(async () => open(session.organizationId).commit(save(sessions, alter(await currentSession(call)))))
}
