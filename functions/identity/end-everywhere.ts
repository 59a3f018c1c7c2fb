import { isLive, type Session } from '../../shared/access/session.ts'
import { endSessions, sessionsOf } from '../../shared/access/session-store.ts'
import { signOutEverywhere } from '../../shared/identity-provider.ts'
import type { Meter } from '../../shared/store/meter.ts'
import type { Table } from '../../shared/store/table.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { Write } from '../../shared/store/writes.ts'
import { again } from './again.ts'
import type { Person } from './person.ts'
import { patchPerson } from './person-store.ts'

/** Each ended session is two parts of a transaction. */
const AT_ONCE = 45

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
  alongside?: Write[]
  /** What else changes of the person. */
  person?: Partial<Person>
  /** The session that stays. */
  except?: string
}

/** By organization, since one transaction reaches one tenant. */
function groupsOf(live: readonly Session[]): [organizationId: string, sessions: Session[]][] {
  const groups = [...Map.groupBy(live, ({ organizationId }) => organizationId)]
  return groups.flatMap(([organizationId, all]) =>
    Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, n): [string, Session[]] => [
      organizationId,
      all.slice(n * AT_ONCE, (n + 1) * AT_ONCE),
    ]),
  )
}

/**
 * Ends all live sessions of a person, or all others: one transaction, or one for each organization they were begun in. Gives their
 * number. Where one stays, Cognito is not told, since it could only end all: what the others present there is refused here.
 */
export async function endEverywhere(ending: Ending): Promise<number> {
  const { personId, reason, now, meter, lookups, tenant, open, alongside = [], person, except } = ending
  const first = [...alongside, patchPerson(personId, { validAfter: now, keptSession: except ?? '', ...person })]
  let isFirstDone = false
  const ended = await again(async () => {
    const live = (await sessionsOf(lookups, personId)).filter((session) => isLive(session, now) && session.id !== except)
    const groups = groupsOf(live).sort(([a], [b]) => Number(b === tenant.id) - Number(a === tenant.id))
    if (groups[0]?.[0] !== tenant.id) groups.unshift([tenant.id, []])
    for (const [organizationId, group] of groups) {
      const place = organizationId === tenant.id ? tenant : open(organizationId)
      const writes = [...(isFirstDone ? [] : first), ...endSessions(group, reason, now)]
      if (writes.length > 0) await place.commit(writes)
      isFirstDone = true
    }
    return live.length
  })
  if (except === undefined) await signOutEverywhere(meter, personId)
  return ended
}
