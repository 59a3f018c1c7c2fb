import { groupDeleted } from '../../events/groups.ts'
import { apiKeyDeleted } from '../../events/keys.ts'
import {
  userDeleted,
  userInvitationAccepted,
  userJoined,
  userLeft,
  userOwnedUnitsChanged,
  userRestored,
  userRolesChanged,
} from '../../events/users.ts'
import { react, reaction } from '../../shared/react.ts'
import { find } from '../../shared/resource/find.ts'
import type { Change } from '../../shared/store/entity.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { save } from '../../shared/store/writes.ts'
import { assignments, heldAgain, type RoleAssignment, type Subject, takeAway } from './assignment.ts'
import { type Holder, holderOf, subjectOf } from './holder.ts'

export const rule = reaction('access/on-holder-changed', {
  on: [
    userDeleted,
    userInvitationAccepted,
    userJoined,
    userLeft,
    userOwnedUnitsChanged,
    userRestored,
    userRolesChanged,
    groupDeleted,
    apiKeyDeleted,
  ],
  summary: 'Keeps the records of what was given as their holders are, who are replaced, leave and come back.',
  writes: ['ROLE_ASSIGNMENT', 'USER', 'GROUP', 'API_KEY'],
})

/** More than anybody holds. */
const MOST = 100

const keyOf = ({ id: organizationId }: Tenant, id: string) => assignments.keyOf({ id, organizationId })

/** What has become of a record, by what stands with whoever holds it. */
function overtaken(record: RoleAssignment, subject: Subject, holder: Holder | undefined, now: string): Change<RoleAssignment> | undefined {
  const isHeld = holder?.assignments.some(({ id }) => id === record.id) ?? false
  const isTheirs = record.subject.id === subject.id && !record.deletedAt
  if (isHeld && !isTheirs) return heldAgain(record, subject, now)
  return isTheirs && !isHeld ? takeAway(record, now) : undefined
}

/** Asks the holder as they are now, whichever event tells of them. */
const settle = (tenant: Tenant, subject: Subject, now: string) =>
  retryConflicts(async () => {
    const [holder, listed] = await Promise.all([
      holderOf(tenant, subject),
      find(tenant, assignments, { limit: MOST, by: { SUBJECT: subject.id } }),
    ])
    const ids = [...new Set([...listed.items, ...(holder?.assignments ?? [])].map(({ id }) => id))]
    const records = ids.length > 0 ? await tenant.read<RoleAssignment>(...ids.map((id) => keyOf(tenant, id))) : []
    const changes = records.flatMap((record) => (record && overtaken(record, subject, holder, now)) ?? [])
    for (const change of changes) await tenant.commit(save(assignments, change))
  })

export const handler = react(rule, ({ event, tenant, now }) => settle(tenant, subjectOf(event.aggregateId), now))
