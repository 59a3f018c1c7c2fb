import { userEmailChanged, userEmailVerified, userJoined } from '../../events/users.ts'
import { Problem } from '../../shared/errors.ts'
import { setMail } from '../../shared/identity-provider.ts'
import { react, reaction } from '../../shared/react.ts'
import { users } from '../users/reads.ts'

export const rule = reaction({
  on: [userEmailVerified, userEmailChanged, userJoined],
  summary: 'Tells Cognito the mail address, so that the hosted login knows the person by it once it is verified.',
  reads: ['USER'],
  calls: ['cognito-idp:AdminUpdateUserAttributes'],
})

/** It sets the address of the moment, so the order of events does not matter. */
export const handler = react('identity-set-mail-alias', rule, async ({ event, tenant, meter }) => {
  const user = await tenant.get(users, event.aggregateId)
  if (!user || user.homeOrganizationId !== user.organizationId) return
  await setMail(meter, user.id, user.email, user.emailVerified).catch((error) => {
    // Whoever was invited and has not joined has no account at Cognito yet.
    if (!(error instanceof Problem) || error.code !== 'INVALID_CREDENTIALS' || user.status !== 'invited') throw error
  })
})
