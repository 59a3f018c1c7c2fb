import type { Condition } from '../../shared/access/model.ts'
import type { PrincipalGate } from '../../shared/serve/call.ts'
import { guestEntryKey, guestKey, principalKey } from '../../shared/store/keys.ts'
import { check, patch, put, type Condition as Unless, type Write } from '../../shared/store/writes.ts'
import { TECHNICIAN_HAS_ACCESS, TECHNICIAN_IS_MEMBER } from './problems.ts'
import type { TechnicianAccess, Terms } from './technician-access.ts'

/** What an access comes to: a guest among the organization's principals, and outside the tenants an entry that says where they may go. */

const ROLES = { read: 'rol_guest_read', write: 'rol_guest_write', full: 'rol_guest_full' } as const

/** From where, and when, they come. */
export const placeLimits = ({ ipRestrictions, timeRestrictions }: Terms): Condition[] => [
  ...(ipRestrictions?.length ? [{ attribute: 'environment.ip' as const, operator: 'in_network' as const, value: ipRestrictions }] : []),
  ...(timeRestrictions ? [{ attribute: 'environment.time' as const, operator: 'during' as const, value: timeRestrictions }] : []),
]

/** What must be so for anything that they do. */
export const limitsOf = (terms: Terms): Condition[] => [
  ...placeLimits(terms),
  { attribute: 'environment.service', operator: 'in', value: terms.allowedServices },
]

/** What an access gives, as a grant to be held against what its giver holds. */
export const giftOf = (terms: Terms) => ({
  roleId: ROLES[terms.accessLevel],
  scope: { type: 'organization' as const },
  conditions: limitsOf(terms),
  ...(terms.expiresAt ? { expiresAt: terms.expiresAt } : {}),
})

function guestOf(access: TechnicianAccess, assignmentId: string): PrincipalGate {
  const { id, organizationId, technician, providerId, grantedBy = '', grantedAt: at = access.createdAt, expiresAt } = access
  const { conditions: limits, roleId, scope } = giftOf(access)
  return {
    ...technician,
    organizationId,
    kind: 'guest',
    status: 'active',
    emailVerified: true,
    assignments: [{ id: assignmentId, roleId, scope, grantedBy, createdAt: at }],
    limits,
    ...(expiresAt ? { expiresAt } : {}),
    providerId,
    accessId: id,
    version: access.version,
    createdAt: at,
    updatedAt: at,
  }
}

/** `GUESTS#<usr>` / `<org>`: where a technician may go, as they are told it; the guest in the organization decides. */
export interface GuestEntry extends Terms {
  organizationId: string
  providerId: string
  accessId: string
  grantedAt: string
  endedAt?: string
}

function entryOf(access: TechnicianAccess): GuestEntry {
  const { id: accessId, organizationId, providerId, grantedAt = '', accessLevel, allowedServices } = access
  const { ipRestrictions, timeRestrictions, expiresAt } = access
  return { organizationId, providerId, accessId, grantedAt, accessLevel, allowedServices, ipRestrictions, timeRestrictions, expiresAt }
}

/** No access stands that still holds. */
const isFree = (at: string): Unless => ({
  expression: 'attribute_not_exists(pk) OR attribute_exists(endedAt) OR expiresAt <= :now',
  values: { ':now': at },
})

/** Lets a technician in who is no member: `TECHNICIAN_IS_MEMBER`, `TECHNICIAN_HAS_ACCESS`. */
export function admitting(access: TechnicianAccess, assignmentId: string): Write[] {
  const { technician, organizationId, grantedAt = '' } = access
  const isNobody = { expression: 'attribute_not_exists(pk) OR attribute_exists(deletedAt)' }
  return [
    check(principalKey(organizationId, technician.id), isNobody, TECHNICIAN_IS_MEMBER),
    put(guestKey(organizationId, technician.id), { ...guestOf(access, assignmentId) }, isFree(grantedAt), TECHNICIAN_HAS_ACCESS),
    put(guestEntryKey(technician.id, organizationId), { ...entryOf(access) }),
  ]
}

/** Shuts them out again, from their next request on; `VERSION_CONFLICT` where a later access has taken the place of this one. */
export function dismissing({ id, technician, organizationId }: TechnicianAccess, at: string): Write[] {
  const isThis = { expression: 'accessId = :access', values: { ':access': id } }
  return [guestKey(organizationId, technician.id), guestEntryKey(technician.id, organizationId)].map((key) =>
    patch(key, { endedAt: at }, isThis, 'VERSION_CONFLICT'),
  )
}
