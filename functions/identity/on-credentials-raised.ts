import { mailChanged, mailChangeUndone, mfaDisabled, mfaEnabled, passwordChanged } from '../../events/identity.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { react, reaction } from '../../shared/react.ts'
import { endOlder } from './end-everywhere.ts'

export const rule = reaction('identity/on-credentials-raised', {
  on: [passwordChanged, mfaEnabled, mfaDisabled, mailChanged, mailChangeUndone],
  summary: 'Ends what is left of sessions that began with credentials of before, should the request that changed them have been cut short.',
  writes: ['SESSION'],
  lookups: ['SESSION_STATE'],
  lookupReads: ['PERSON'],
})

/** It looks at the credentials of the moment, so the order of events does not matter. */
export const handler = react(rule, async ({ event, enter, lookups, now }) => {
  const personId = String(event.data.userId)
  const person = await findPerson(lookups, personId)
  if (!person) return
  const except = person.keptSession || undefined
  await endOlder({ lookups, personId, now, reason: 'credentials were changed', open: enter, ...(except ? { except } : {}) }, person.epoch)
})
