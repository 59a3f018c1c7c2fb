import type { Session } from '../../shared/access/session.ts'
import { sessions } from '../../shared/access/session-store.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { EventType } from '../../shared/event.ts'
import type { Call } from '../../shared/serve/call.ts'
import type { Change } from '../../shared/store/entity.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { type User, users, withMfa } from '../users/reads.ts'
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

/** Turns the caller's second factor on or off in our records, for user, person and this session; all other sessions end. */
export async function changeFactor(call: Call<Endpoint>, { isOn, event, data, session: alter, codes }: FactorChange): Promise<void> {
  const { tenant, principal, session, now, meter, lookups } = call
  const own = save(sessions, alter(session as Session))
  const isHere = session.organizationId === tenant.id
  const open = (organizationId: string) => openFor(call, organizationId)
  await endEverywhere({
    ...{ personId: principal.id, reason: 'second factor was changed', now, meter, lookups, tenant, open, except: session.id },
    person: { mfaEnabled: isOn },
    alongside: [save(users, withMfa(principal as User, isOn, event, now, data)), ...codes, ...(isHere ? [own] : [])],
  })
  if (!isHere) await open(session.organizationId).commit(own)
}
