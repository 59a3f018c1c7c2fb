import { randomBytes } from 'node:crypto'
import { ADMIN_ROLE, SUPER_ADMIN_ROLE } from '../../shared/access/system-roles.ts'
import { config } from '../../shared/config.ts'
import type { BodyOf } from '../../shared/endpoint.ts'
import { Problem, problem } from '../../shared/errors.ts'
import { createIdentity, deleteIdentity } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import { policy } from '../../shared/serve/admit.ts'
import { serve } from '../../shared/serve/serve.ts'
import { loginKey, slugKey } from '../../shared/store/keys.ts'
import { putNew, save } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { found, organizations } from '../organizations/reads.ts'
import { register as registerUser, toUser, users } from '../users/reads.ts'
import { register } from './contract.ts'
import { addPerson, putCard, putMembership, takeMail } from './person-store.ts'
import { slugOf, withSuffix } from './slug.ts'

type Body = BodyOf<typeof register>

/** Everything that a registration brings into being, under this slug. */
function beginnings({ organization, admin }: Body, slug: string, id: string, userId: string, at: string) {
  const { password: _password, ...person } = admin
  const founded = found({
    ...{ id, name: organization.name, slug, type: organization.type },
    foundedBy: userId,
    cursorKey: randomBytes(32).toString('base64url'),
    at,
  })
  const roleIds = [organization.type === 'mss_provider' ? SUPER_ADMIN_ROLE : ADMIN_ROLE]
  const user = registerUser({ ...person, id: userId, organizationId: id, homeOrganizationId: id, roleIds, by: userId, at })
  const writes = [
    takeMail(admin.email, { personId: userId, homeOrganizationId: id }),
    putNew(slugKey(slug), { organizationId: id }, 'SLUG_TAKEN'),
    save(organizations, founded),
    save(users, user),
    addPerson({ id: userId, homeOrganizationId: id, defaultOrganizationId: id, email: admin.email, emailVerified: false, homeVersion: 1 }),
    putMembership(user.after),
    putCard(founded.after),
  ]
  return { organization: founded.after, user: user.after, writes }
}

export const handler = serve(register, async (call) => {
  const { body, now, meter } = call
  if (config.registration === 'invited') throw problem('REGISTRATION_CLOSED')
  const [id, userId] = [newId('org', Date.parse(now)), newId('usr', Date.parse(now))]
  const given = body.organization.slug
  const slug = given ?? slugOf(body.organization.name, id)
  // A look first, so that a registration that cannot succeed leaves nothing at Cognito.
  const [mail, taken] = await call.lookups.read([loginKey(mailHash(body.admin.email)), slugKey(slug)])
  if (mail) throw problem('EMAIL_TAKEN')
  if (taken && given) throw problem('SLUG_TAKEN')
  await createIdentity(meter, userId, body.admin.password, 'admin.password')
  const tenant = call.enter(id, { id: userId, kind: 'member', name: `${body.admin.firstName} ${body.admin.lastName}` })
  const commit = async (chosen: string) => {
    const { writes, organization, user } = beginnings(body, chosen, id, userId, now)
    await tenant.commit(writes)
    return { organization, user: toUser(user, policy) }
  }
  const other = () => withSuffix(slug, id)
  try {
    const reply = await commit(taken ? other() : slug).catch((error) => {
      if (given || taken || !(error instanceof Problem) || error.code !== 'SLUG_TAKEN') throw error
      return commit(other())
    })
    call.answer.headers.location = '/api/v1/organization'
    return reply
  } catch (error) {
    await deleteIdentity(meter, userId)
    throw error
  }
})
