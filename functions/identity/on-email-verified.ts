import { userEmailVerified } from '../../events/users.ts'
import { react, reaction } from '../../shared/react.ts'
import { followHome } from './follow-home.ts'
import { readPerson } from './person-store.ts'

export const rule = reaction({
  on: [userEmailVerified],
  summary: "Shows a person's new mail address, once it is proven, in every organization of theirs.",
  writes: ['USER'],
  lookupReads: ['PERSON'],
})

/** It shows the address of the moment, so the order of events does not matter. */
export const handler = react('identity-on-email-verified', rule, async ({ event, tenant, enter, lookups, now }) => {
  const { person, memberships } = await readPerson(lookups, event.aggregateId)
  if (!person?.emailVerified || person.homeOrganizationId !== tenant.id) return
  const elsewhere = memberships.filter(({ organizationId }) => organizationId !== tenant.id)
  for (const { organizationId } of elsewhere) await followHome(enter(organizationId), person, now)
})
