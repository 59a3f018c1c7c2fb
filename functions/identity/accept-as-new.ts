import { isProblem, problem } from '../../shared/errors.ts'
import { takeMail } from '../../shared/identity/login-store.ts'
import { putMembership } from '../../shared/identity/membership-store.ts'
import { addPerson } from '../../shared/identity/person-store.ts'
import { createIdentity, deleteIdentity } from '../../shared/identity-provider.ts'
import { acceptedLanguage } from '../../shared/language.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { linkUnchanged } from '../organizations/door.ts'
import { join, type User, users } from '../users/door.ts'
import type { AcceptCall, Invited } from './invited.ts'
import { SIGN_IN_TO_ACCEPT } from './problems.ts'

export interface Accepted {
  user: User
  writes: Write[]
}

/** Makes somebody new able to sign in, once the transaction has made them a person. Repeated after a crash, it sets the password anew. */
export async function admitNew({ meter, body }: AcceptCall, { user }: Invited): Promise<void> {
  if (body.password === undefined) throw problem('VALIDATION_ERROR', { details: { password: 'Choose a password' } })
  await createIdentity(meter, user.id, body.password)
}

/** Somebody new: the link came by mail, so the address is proven, and the invited record is theirs. Home is where a person first joins. */
export function acceptAsNew({ body, headers, now }: AcceptCall, { user, organization }: Invited): Accepted {
  const { firstName = user.firstName, lastName = user.lastName, locale = user.locale } = body
  const joined = join(user, now, { firstName, lastName, locale: locale ?? acceptedLanguage(headers['accept-language']) })
  const { id, organizationId, email } = joined.after
  const place = { homeOrganizationId: organizationId, defaultOrganizationId: organizationId }
  return {
    user: joined.after,
    writes: [
      linkUnchanged(organization),
      takeMail(email, { personId: id, organizationId, epoch: 1 }, now),
      addPerson({ id, email, ...place, elsewhere: 0, epoch: 1 }),
      save(users, joined),
      putMembership(joined.after),
    ],
  }
}

/** The address became somebody's while this was under way: they are who has to accept, and nobody else stays at Cognito. */
export async function refuseAsTaken({ meter }: AcceptCall, { user }: Invited, error: unknown): Promise<never> {
  if (!isProblem(error, 'EMAIL_TAKEN')) throw error
  await deleteIdentity(meter, user.id)
  throw problem(SIGN_IN_TO_ACCEPT, { cause: error })
}
