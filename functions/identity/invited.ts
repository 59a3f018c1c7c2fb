import { problem } from '../../shared/errors.ts'
import type { InvitationLink } from '../../shared/identity/codes.ts'
import { effectiveStatus, shutBy } from '../../shared/identity/life-cycle.ts'
import { holderOf } from '../../shared/identity/login-store.ts'
import type { Login, Person } from '../../shared/identity/person.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { linkKey, loginKey, organizationKey, personKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { foldMail, hashOf, mailHash } from '../../shared/tokens.ts'
import type { Organization } from '../organizations/door.ts'
import { type User, users } from '../users/door.ts'
import type { acceptInvitation } from './contract.ts'
import { INVITATION_EXPIRED } from './problems.ts'

export type AcceptCall = PublicCall<typeof acceptInvitation>

/** An open invitation, with what is known of the address. */
export interface Invited {
  tenant: Tenant
  organization: Organization
  /** The invited record. */
  user: User
  /** Who signs in with the address. */
  holder: Login | undefined
  /** The address is kept for somebody who has another by now. */
  formerUntil: string | undefined
}

export async function readInvitation({ lookups, now, body }: AcceptCall): Promise<InvitationLink> {
  const [item] = await lookups.read([linkKey('invitation', hashOf(body.token))])
  const invitation = item as InvitationLink | undefined
  if (invitation?.kind !== 'invitation' || invitation.expiresAt <= now) throw problem(INVITATION_EXPIRED)
  return invitation
}

const isSame = (email: string, other: string) => foldMail(email) === foldMail(other)

const isOpen = (user: User | undefined, { email, invitedAt }: InvitationLink): user is User =>
  user?.status === 'invited' && !user.deletedAt && isSame(user.email, email) && (user.invitedAt ?? user.createdAt) === invitedAt

/** With the link to a provider end the invitations that it made: the customer says itself whom it wants from then on. */
const endedWithLink = ({ provider }: Organization, { invitedFrom }: User) =>
  provider?.endedAt !== undefined && invitedFrom === provider.organizationId

function requireOpen(organization: Organization, now: string): void {
  const isLeaving = effectiveStatus(organization, now) === 'offboarding'
  const refusal = shutBy(organization, now) ?? (isLeaving ? problem('ORGANIZATION_OFFBOARDING') : undefined)
  if (refusal) throw refusal
}

/**
 * The invitation leads nowhere once its record is removed, has joined, has another address or was invited anew; nor where the record is
 * that of a person, a member before, who has another address than was invited: nobody else becomes them.
 */
export async function readInvited(call: AcceptCall, invitation: InvitationLink): Promise<Invited> {
  const { organizationId, userId, email } = invitation
  const { caller, now } = call
  const keys = [organizationKey(organizationId), users.keyOf({ id: userId, organizationId }), personKey(userId), loginKey(mailHash(email))]
  const [organization, user, owner, login] = (await call.enter(organizationId).read(...keys)) as [Organization?, User?, Person?, Login?]
  const holder = holderOf(login && { ...login })
  if (!organization || !isOpen(user, invitation) || (owner && owner.id !== holder?.personId)) throw problem(INVITATION_EXPIRED)
  if (endedWithLink(organization, user)) throw problem(INVITATION_EXPIRED)
  requireOpen(organization, now)
  const formerUntil = login?.formerUntil && login.formerUntil > now ? login.formerUntil : undefined
  const who = { id: holder?.personId ?? userId, name: `${user.firstName} ${user.lastName}`, kind: 'member' as const }
  const tenant = call.enter(organizationId, { ...who, ...(caller ? { sessionId: caller.session.id } : {}) })
  return { tenant, organization, user, holder, formerUntil }
}
