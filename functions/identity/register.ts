import { config } from '../../shared/config.ts'
import type { BodyOf } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import { createIdentity, deleteIdentity } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import { policy } from '../../shared/serve/admit.ts'
import { serve } from '../../shared/serve/serve.ts'
import { loginKey, slugKey } from '../../shared/store/keys.ts'
import { mailHash } from '../../shared/tokens.ts'
import { register as registerUser, toUser } from '../users/reads.ts'
import { register } from './contract.ts'
import { foundedBy, founderRole, slugFor, underSlug } from './founding.ts'
import { addPerson, takeMail } from './person-store.ts'

type Body = BodyOf<typeof register>

/** Everything that a registration brings into being, under this slug. */
function beginnings({ organization: wanted, admin }: Body, slug: string, id: string, userId: string, at: string) {
  const { password: _password, ...person } = admin
  const user = registerUser({ ...person, id: userId, organizationId: id, roleIds: [founderRole(wanted)], by: userId, at })
  const { organization, writes } = foundedBy(user, wanted, slug)
  const newcomer = [
    takeMail(admin.email, { personId: userId, homeOrganizationId: id }),
    addPerson({ id: userId, homeOrganizationId: id, defaultOrganizationId: id, email: admin.email, emailVerified: false, homeVersion: 1 }),
  ]
  return { organization, user: user.after, writes: [...newcomer, ...writes] }
}

export const handler = serve(register, async (call) => {
  const { body, now, meter } = call
  if (config.registration === 'invited') throw problem('REGISTRATION_CLOSED')
  const [id, userId] = [newId('org', Date.parse(now)), newId('usr', Date.parse(now))]
  // A look first, so that a registration that cannot succeed leaves nothing at Cognito.
  const [mail, taken] = await call.lookups.read([loginKey(mailHash(body.admin.email)), slugKey(slugFor(body.organization, id))])
  if (mail) throw problem('EMAIL_TAKEN')
  if (taken && body.organization.slug) throw problem('SLUG_TAKEN')
  await createIdentity(meter, userId, body.admin.password, 'admin.password')
  const tenant = call.enter(id, { id: userId, kind: 'member', name: `${body.admin.firstName} ${body.admin.lastName}` })
  try {
    const reply = await underSlug(body.organization, id, taken !== undefined, async (slug) => {
      const { writes, organization, user } = beginnings(body, slug, id, userId, now)
      await tenant.commit(writes)
      return { organization, user: toUser(user, policy) }
    })
    call.answer.headers.location = '/api/v1/organization'
    return reply
  } catch (error) {
    await deleteIdentity(meter, userId)
    throw error
  }
})
