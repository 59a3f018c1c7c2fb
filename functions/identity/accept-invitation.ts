import type { BodyOf } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import { createIdentity } from '../../shared/identity-provider.ts'
import { policy } from '../../shared/serve/admit.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { shutBy } from '../../shared/serve/life-cycle.ts'
import { serve } from '../../shared/serve/serve.ts'
import { membershipKey, organizationKey, personKey, tokenKey } from '../../shared/store/keys.ts'
import { remove, save, type Write } from '../../shared/store/writes.ts'
import { foldMail, hashOf } from '../../shared/tokens.ts'
import type { Organization } from '../organizations/reads.ts'
import { join, toUser, type User, users } from '../users/reads.ts'
import { again } from './again.ts'
import type { Invitation } from './codes.ts'
import { acceptInvitation } from './contract.ts'
import type { Membership, Person } from './person.ts'
import { addPerson, keepMail, moveLogin, patchPerson, putMembership } from './person-store.ts'

type AcceptCall = PublicCall<typeof acceptInvitation>

async function readInvitation({ lookups, now, body }: AcceptCall): Promise<Invitation> {
  const [item] = await lookups.read([tokenKey(hashOf(body.token))])
  const invitation = item as Invitation | undefined
  if (!invitation || invitation.expiresAt <= now) throw problem('INVITATION_EXPIRED')
  return invitation
}

const isSame = (email: string, other: string) => foldMail(email) === foldMail(other)

/** The invitation leads nowhere once its user is removed, has joined, has another address, or was invited anew. */
async function readInvited(call: AcceptCall, { organizationId, userId, email, invitedAt }: Invitation) {
  const tenant = call.enter(organizationId, { id: userId, kind: 'member' })
  const keys = [organizationKey(organizationId), users.keyOf({ id: userId, organizationId }), personKey(userId)]
  const [organization, user, person] = (await tenant.read(...keys)) as [Organization?, User?, Person?]
  const isOpen =
    user?.status === 'invited' && !user.deletedAt && isSame(user.email, email) && (user.invitedAt ?? user.createdAt) === invitedAt
  if (!organization || !user || !isOpen || (person && !isSame(person.email, email))) throw problem('INVITATION_EXPIRED')
  const refusal =
    shutBy(organization, call.now) ?? (organization.status === 'offboarding' ? problem('ORGANIZATION_OFFBOARDING') : undefined)
  if (refusal) throw refusal
  return { tenant, organization, user, person }
}

/** Makes somebody new able to sign in. Repeated after a crash, it sets the password anew. */
async function admitNew({ meter }: AcceptCall, userId: string, { password }: BodyOf<typeof acceptInvitation>) {
  if (password === undefined) throw problem('VALIDATION_ERROR', { details: { password: 'Choose a password' } })
  await createIdentity(meter, userId, password)
}

const refusePassword = () =>
  problem('VALIDATION_ERROR', {
    details: { password: 'You have an account already: accept without a password, then sign in with the one you have' },
  })

/** Home is where a person first joined, whoever invited them first: an inviter alone gets no say over them. */
const settle = ({ id, organizationId, email, version }: User): Write[] => [
  addPerson({
    ...{ id, homeOrganizationId: organizationId, defaultOrganizationId: organizationId, email, emailVerified: true },
    homeVersion: version,
  }),
  moveLogin(email, { personId: id, homeOrganizationId: organizationId }, 'INVITATION_EXPIRED'),
]

/** Whoever has a home stays at home there; whoever is no member of it any more finds a new one here. */
async function resettle({ lookups }: AcceptCall, person: Person, joined: User): Promise<Write[]> {
  const { id, organizationId, email, version } = joined
  if (person.homeOrganizationId === organizationId) return [keepMail(joined)]
  const [home] = (await lookups.read([membershipKey(id, person.homeOrganizationId)])) as [Membership?]
  if (home && home.userStatus !== 'deleted') return []
  return [
    patchPerson(id, { homeOrganizationId: organizationId, email, emailVerified: true, homeVersion: version }),
    moveLogin(email, { personId: id, homeOrganizationId: organizationId }, 'INVITATION_EXPIRED'),
  ]
}

export const handler = serve(acceptInvitation, async (call) => {
  const { body, now } = call
  const invitation = await readInvitation(call)
  return again(async (attempt) => {
    const { tenant, organization, user, person } = await readInvited(call, invitation)
    if (person && body.password !== undefined && attempt === 1) throw refusePassword()
    if (!person && attempt === 1) await admitNew(call, user.id, body)
    const { firstName = user.firstName, lastName = user.lastName } = person ? user : body
    const joined = join(user, now, { firstName, lastName })
    await tenant.commit([
      remove(tokenKey(hashOf(body.token)), { expression: 'attribute_exists(pk)' }, 'INVITATION_EXPIRED'),
      save(users, joined),
      putMembership(joined.after),
      ...(person ? await resettle(call, person, joined.after) : settle(joined.after)),
    ])
    return { user: toUser(joined.after, policy), organization: { id: organization.id, name: organization.name } }
  })
})
