import { userAuthenticated, userCreated } from '../../events/users.ts'
import type { Assignment } from '../../shared/access/evaluate.ts'
import { newId } from '../../shared/ids.ts'
import type { PrincipalGate } from '../../shared/serve/call.ts'
import { type Change, changed, created } from '../../shared/store/entity.ts'

/** A person's membership in one organization, and the principal that access is decided for. */
export interface User extends PrincipalGate {
  kind: 'member'
  /** The organization whose administrators may reset the person's password or change the mail address. */
  homeOrganizationId: string
  phone?: string
  department?: string
  profileImage?: string
  employmentEquity?: string
  mfaEnabled: boolean
  preferences: Record<string, unknown>
  metadata: Record<string, unknown>
  lastLoginAt?: string
  lastLoginIp?: string
  loginCount: number
  createdBy: string
  invitedAt?: string
}

export interface NewUser {
  id: string
  organizationId: string
  homeOrganizationId: string
  email: string
  firstName: string
  lastName: string
  phone?: string
  department?: string
  roleIds: readonly string[]
  by: string
  at: string
}

export const assign = (roleId: string, by: string, at: string): Assignment => ({
  id: newId('asg', Date.parse(at)),
  roleId,
  scope: { type: 'organization' },
  grantedBy: by,
  createdAt: at,
})

export const personOf = (user: Pick<User, 'id' | 'email' | 'firstName' | 'lastName' | 'organizationId'>) => ({
  userId: user.id,
  email: user.email,
  firstName: user.firstName,
  lastName: user.lastName,
  organizationId: user.organizationId,
})

function begin(user: NewUser, how: 'registered' | 'invited'): Change<User> {
  const { roleIds, by, at, ...fields } = user
  return created<User>(
    {
      ...fields,
      kind: 'member',
      status: how === 'registered' ? 'active' : 'invited',
      emailVerified: false,
      assignments: roleIds.map((roleId) => assign(roleId, by, at)),
      mfaEnabled: false,
      preferences: {},
      metadata: {},
      loginCount: 0,
      createdBy: by,
      ...(how === 'invited' ? { invitedAt: at } : {}),
    },
    { event: userCreated, at, data: { ...personOf(fields), how } },
  )
}

/** The person who registers an organization: active at once, the mail still to be verified. */
export const register = (user: NewUser) => begin(user, 'registered')

/** A person invited by another: becomes active by accepting. */
export const invite = (user: NewUser) => begin(user, 'invited')

export interface SignIn {
  at: string
  ipAddress: string
  userAgent: string
  loginMethod: string
}

export function signedIn(user: User, { at, ipAddress, userAgent, loginMethod }: SignIn): Change<User> {
  return changed(
    user,
    { lastLoginAt: at, lastLoginIp: ipAddress, loginCount: user.loginCount + 1 },
    { event: userAuthenticated, at, data: { userId: user.id, loginMethod, ipAddress, userAgent } },
  )
}
