import { mailChangeUndone } from '../../events/identity.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { setTotp } from '../../shared/identity-challenges.ts'
import { react, reaction } from '../../shared/react.ts'

export const rule = reaction('identity/finish-undo', {
  on: [mailChangeUndone],
  summary:
    'Turns the second factor of an account off at Cognito whose change of address was undone, should that request have been cut short.',
  lookupReads: ['PERSON'],
  calls: ['cognito-idp:AdminSetUserMFAPreference'],
})

/** Whoever has set one up again since keeps it. */
export const handler = react(rule, async ({ event, lookups, meter, isDone, once }) => {
  const person = await findPerson(lookups, event.aggregateId)
  if (!person || person.mfaEnabled || (await isDone())) return
  await setTotp(meter, person.id, false)
  await once([])
})
