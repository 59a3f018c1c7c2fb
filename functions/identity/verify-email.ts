import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { verificationKey } from '../../shared/store/keys.ts'
import { remove, save } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { users, verifyEmail as verified } from '../users/reads.ts'
import { again } from './again.ts'
import { stillThis, tryCode } from './codes.ts'
import { verifyEmail } from './contract.ts'
import { findLogin, keepMail } from './person-store.ts'

export const handler = serve(verifyEmail, async (call) => {
  const { body, lookups, now } = call
  const key = verificationKey(mailHash(body.email))
  const [login, code] = await Promise.all([findLogin(lookups, body.email), tryCode(lookups, key, body.code, now)])
  if (!login || code?.personId !== login.personId) throw problem('INVALID_CODE')
  const tenant = call.enter(login.homeOrganizationId, { id: login.personId, kind: 'member' })
  return again(async () => {
    const user = await tenant.get(users, login.personId)
    // The code belongs to an address; it proves nothing once the person has another.
    if (!user || user.deletedAt || mailHash(user.email) !== mailHash(body.email)) throw problem('INVALID_CODE')
    const change = verified(user, now)
    await tenant.commit([remove(key, stillThis(code), 'INVALID_CODE'), save(users, change), keepMail(change.after)])
    return { email: user.email, emailVerified: true }
  })
})
