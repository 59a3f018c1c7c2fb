import { mailChanged, mailChangeUndone } from '../../events/identity.ts'
import { userCreated, userJoined } from '../../events/users.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { setMail } from '../../shared/identity-provider.ts'
import { react, reaction } from '../../shared/react.ts'

export const rule = reaction('identity/set-mail-alias', {
  on: [userCreated, userJoined, mailChanged, mailChangeUndone],
  only: { how: ['registered', 'founded', undefined] },
  summary: 'Tells Cognito the address that a person proved, so that the hosted login knows them by it.',
  lookupReads: ['PERSON'],
  calls: ['cognito-idp:AdminUpdateUserAttributes'],
})

/** It sets the address of the moment, so the order of events does not matter. Whoever is only invited has proven none. */
export const handler = react(rule, async ({ event, lookups, meter }) => {
  const person = await findPerson(lookups, event.aggregateId)
  if (person) await setMail(meter, person.id, person.email, true)
})
