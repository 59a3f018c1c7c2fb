import { userEmailChanged, userEmailVerified, userJoined } from '../../events/users.ts'
import { Problem } from '../../shared/errors.ts'
import { setMail } from '../../shared/identity-provider.ts'
import { react, reaction } from '../../shared/react.ts'
import { personKey } from '../../shared/store/keys.ts'
import { users } from '../users/reads.ts'
import type { Person } from './person.ts'

export const rule = reaction({
  on: [userEmailVerified, userEmailChanged, userJoined],
  summary: 'Tells Cognito the mail address, so that the hosted login knows the person by it once it is verified.',
  reads: ['USER'],
  lookupReads: ['PERSON'],
  calls: ['cognito-idp:AdminUpdateUserAttributes'],
})

/** It sets the address of the moment, so the order of events does not matter. */
export const handler = react('identity-set-mail-alias', rule, async ({ event, tenant, lookups, meter }) => {
  const [user, [person]] = await Promise.all([tenant.get(users, event.aggregateId), lookups.read([personKey(event.aggregateId)])])
  const { homeOrganizationId = tenant.id } = (person ?? {}) as Partial<Person>
  if (!user || homeOrganizationId !== tenant.id) return
  await setMail(meter, user.id, user.email, user.emailVerified).catch((error) => {
    // Whoever was invited and has not joined has no account at Cognito yet.
    if (!(error instanceof Problem) || error.code !== 'INVALID_CREDENTIALS' || user.status !== 'invited') throw error
  })
})
