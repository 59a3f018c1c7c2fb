import type { Assignment, Principal } from '../access/model.ts'
import type { Versioned } from '../store/entity.ts'
import type { PendingMove } from '../tree/path.ts'

/** What decides whether a request gets through: of the organization, of who calls, and of the token. */

/** What an organization decides about sessions. */
export interface SessionPolicy {
  idleMinutes?: number
  lifetimeMinutes?: number
}

/** What the kernel needs to know of an organization. */
export interface OrganizationGate extends Versioned {
  name: string
  type: 'customer' | 'mss_provider'
  status: 'trial' | 'active' | 'suspended' | 'offboarding' | 'closed'
  /** When it is closed, unless that is called off before. */
  closesAt?: string
  /** Raised by every change of a role, a group or a unit on which somebody's rights may hang. */
  policyVersion: number
  /** Units and groups that hang elsewhere than the paths say that are stored below them. */
  pendingMoves?: readonly PendingMove[]
  /** Signs its cursors. */
  cursorKey: string
  settings: { mfaRequired?: boolean; sessionPolicy?: SessionPolicy; apiKeysFollowMaker?: boolean }
  /** Who made it, and administers it until it says otherwise. */
  provider?: { organizationId: string; since: string; endedAt?: string }
}

/** What the kernel needs to know of who acts: a user, whose item is membership and principal in one, a guest or an API key. */
export interface PrincipalGate extends Versioned, Principal {
  status: 'invited' | 'active' | 'disabled' | 'locked'
  lockReason?: string
  email: string
  emailVerified: boolean
  firstName: string
  lastName: string
  department?: string
  /** What they read, as an IETF BCP 47 tag (RFC 5646); who has none reads English. */
  locale?: string | undefined
  /** They came as one of the provider's people: the provider's organization. */
  fromProvider?: string
  /** Since when they stand still here, because their account was recovered; until `reapprovedAt` is later. */
  reapprovalSince?: string
  /** When an administrator here last let them go on after their account was recovered. */
  reapprovedAt?: string
  /** Of a guest: the provider that they come from, the access by which they were let in, and when that ended before its time. */
  providerId?: string
  accessId?: string
  endedAt?: string
  /** Of an API key: who made it, and since when the tokens that it was exchanged for count. */
  makerId?: string
  validAfter?: string
  assignments: Assignment[]
}

/** What the kernel needs to know of a person, when a session of theirs is new. */
export interface PersonGate {
  id: string
  email: string
  epoch: number
  /** Since when memberships stand still until they are approved again. */
  approvalsVoidAt?: string
  /** Sign-ins from before are void. */
  validAfter?: string
  passwordChangedAt?: string
  /** Cognito demands a second factor at every sign-in; it is turned on together with `validAfter`. */
  mfaEnabled?: boolean
}

/** The claims of a verified access token. */
export interface Claims {
  /** Cognito's username, which is the person's `usr_` id. */
  username: string
  origin_jti: string
  org: string
  /** When the person proved who they are, in epoch seconds. */
  auth_time: number
  scope: string
  /** Of an API key's token: who made the key. It says only what to read: the key itself decides. */
  maker?: string
}

export interface Client {
  ip: string
  userAgent: string
}
