import { mailChangeUndone, mfaRecovered } from '../../events/identity.ts'
import { readPerson } from '../../shared/identity/person-store.ts'
import { react, reaction } from '../../shared/react.ts'
import { tallyKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { save } from '../../shared/store/writes.ts'
import { awaitsReapproval, isAdministrator, reapprove, requireReapproval, type User, users } from '../users/door.ts'

export const rule = reaction('identity/on-account-recovered', {
  on: [mfaRecovered, mailChangeUndone],
  summary:
    'Shows in every organization of a person whose account was recovered that they wait for an approval; gives it where nobody else could.',
  reads: ['TALLY#ADMINISTRATORS'],
  writes: ['USER'],
  lookupReads: ['PERSON', 'MEMBERSHIP'],
})

const ALONE = 'They are the only administrator, so nobody else could approve them.'

async function isOnlyAdministrator(tenant: Tenant, user: User): Promise<boolean> {
  if (!isAdministrator(user)) return false
  const [tally] = await tenant.read<{ count: number }>(tallyKey(tenant.id, 'ADMINISTRATORS'))
  return tally?.count === 1
}

/** Since the same recovery they stand still, or have been approved, already. */
const isShown = ({ reapprovalSince = '', reapprovedAt = '' }: User, since: string) => reapprovalSince >= since || reapprovedAt > since

const holdStill = (tenant: Tenant, personId: string, since: string, now: string): Promise<void> =>
  retryConflicts(async () => {
    const user = await tenant.get<User>(users, personId)
    // Whoever was removed may come back; whoever left has to be invited anew, and is approved by that.
    if (!user || user.status === 'invited') return
    const held = isShown(user, since) ? user : requireReapproval(user, since, now).after
    if (held !== user) await tenant.commit(save(users, requireReapproval(user, since, now)))
    if (awaitsReapproval(held) && (await isOnlyAdministrator(tenant, held)))
      await tenant.commit(save(users, reapprove(held, now, { reason: ALONE })))
  })

/** A backup code is a proof of its own; only what others could have done, too, is for them to judge. */
export const handler = react(rule, async ({ event, enter, lookups, now }) => {
  if (event.type === mfaRecovered.name && event.data.how !== 'waiting') return
  const { person, memberships } = await readPerson(lookups, String(event.data.userId))
  const since = person?.approvalsVoidAt
  if (!person || !since) return
  for (const { organizationId } of memberships) await holdStill(enter(organizationId), person.id, since, now)
})
