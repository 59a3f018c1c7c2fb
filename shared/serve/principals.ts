import type { Principal } from '../access/model.ts'
import { leftWithProvider } from '../identity/door.ts'
import { guestKey, organizationKey, principalKey, sessionKey } from '../store/keys.ts'
import { strip } from '../store/stored-item.ts'
import type { Item } from '../store/table.ts'
import type { Claims, OrganizationGate, PrincipalGate } from './gates.ts'

/** Who acts in an organization: a member, a guest that was let in from outside, or an API key, which does nothing that its maker could not. */

/** The keys of the request's one batch read; idempotency record and resource follow them. */
export const gateKeys = (tenant: string, { username, origin_jti, org, maker }: Claims) => ({
  organization: organizationKey(tenant),
  principal: principalKey(tenant, username),
  session: sessionKey(username, origin_jti),
  // Where tokens act by themselves nobody is a guest.
  guest: tenant === org ? undefined : guestKey(tenant, username),
  maker: maker === undefined ? undefined : principalKey(tenant, maker),
})

export type GateName = keyof ReturnType<typeof gateKeys>

/** What of a user conditions may ask about; they are told to whoever may read the user. */
const attributesOf = ({ email, fromProvider, department }: PrincipalGate) => ({ email, fromProvider, department })

/** As access is decided for them. */
export const asPrincipal = (gate: PrincipalGate): Principal => ({ ...gate, attributes: attributesOf(gate) })

/** An API key has one name. */
export const nameOf = ({ firstName, lastName }: Pick<PrincipalGate, 'firstName' | 'lastName'>) =>
  [firstName, lastName].filter((name) => name !== '').join(' ')

/** Invited, or removed: nobody here. */
export const isHere = (principal: PrincipalGate | undefined): principal is PrincipalGate =>
  principal !== undefined && !principal.deletedAt && principal.status !== 'invited'

const awaitsApproval = ({ reapprovalSince, reapprovedAt = '' }: PrincipalGate) =>
  reapprovalSince !== undefined && reapprovedAt <= reapprovalSince

/** Whoever made a key, as far as that bounds it: one who is gone, or kept out, could do nothing. */
function makerOf({ makerId = '' }: PrincipalGate, item: Item | undefined, organization: OrganizationGate): Principal {
  const maker = item && strip<PrincipalGate>(item)
  const stands =
    maker?.id === makerId && isHere(maker) && maker.status === 'active' && !awaitsApproval(maker) && !leftWithProvider(organization, maker)
  return stands ? asPrincipal(maker) : { id: makerId, kind: 'member', assignments: [] }
}

type Found = Partial<Record<GateName, Item>>

/** A member; else who was let in as a guest, since they were a member last. */
function ownOrGuest({ principal, guest }: Found): PrincipalGate | undefined {
  const own = principal && strip<PrincipalGate>(principal)
  if (!guest || (own && !own.deletedAt)) return own
  const visitor = strip<PrincipalGate>(guest)
  return (own?.deletedAt ?? '') <= visitor.createdAt ? visitor : own
}

/** Who calls, as found in the batch. */
export function callerIn(found: Found, organization: OrganizationGate): PrincipalGate | undefined {
  const principal = ownOrGuest(found)
  const isFollowing = principal?.kind === 'service' && organization.settings.apiKeysFollowMaker !== false
  return isFollowing ? { ...principal, maker: makerOf(principal, found.maker, organization) } : principal
}
