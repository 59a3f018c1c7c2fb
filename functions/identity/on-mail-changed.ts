import { mailChanged, mailChangeUndone } from '../../events/identity.ts'
import { isProblem } from '../../shared/errors.ts'
import { readPerson } from '../../shared/identity/person-store.ts'
import { react, reaction } from '../../shared/react.ts'
import { Conflict } from '../../shared/store/commit.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { save } from '../../shared/store/writes.ts'
import { type User, users, withdraw, withMail } from '../users/door.ts'

export const rule = reaction('identity/on-mail-changed', {
  on: [mailChanged, mailChangeUndone],
  summary:
    'Shows the address that a person proved in every organization of theirs, removed records too; an invitation that waits there for this address ends.',
  writes: ['USER'],
  lookupReads: ['PERSON', 'MEMBERSHIP'],
  keyring: true,
})

/** Who holds the address there, when that is why it cannot be shown. */
const inTheWay = (error: unknown): string | undefined =>
  isProblem(error, 'EMAIL_TAKEN') && error.cause instanceof Conflict
    ? (error.cause.stored as { owner?: string } | undefined)?.owner
    : undefined

async function withdrawn(tenant: Tenant, id: string, now: string): Promise<boolean> {
  const user = await tenant.get<User>(users, id)
  if (user?.status !== 'invited' || user.deletedAt) return false
  await tenant.commit(save(users, withdraw(user, now)))
  return true
}

/** The person is a member already, so an invitation to their address has nobody left to invite. */
const show = (tenant: Tenant, personId: string, email: string, now: string): Promise<void> =>
  retryConflicts(async () => {
    const user = await tenant.get<User>(users, personId)
    if (!user || user.email === email) return
    const write = () => tenant.commit(save(users, withMail(user, email, now)))
    await write().catch(async (error) => {
      const other = inTheWay(error)
      if (!other || !(await withdrawn(tenant, other, now))) throw error
      await write()
    })
  })

/** It shows the address of the moment, so the order of events does not matter. */
export const handler = react(rule, async ({ event, enter, lookups, now }) => {
  const { person, memberships } = await readPerson(lookups, String(event.data.userId))
  if (!person) return
  for (const { organizationId } of memberships) await show(enter(organizationId), person.id, person.email, now)
})
