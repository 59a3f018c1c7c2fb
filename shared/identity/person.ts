/** Records outside the tenants that identity keeps: written by it alone, read by sign-in. */

/** `LOGIN#<mail mac>` / ITEM: who signs in with this address, which they proved. */
export interface Login {
  personId: string
  /** Where it is told what happens at this address: an organization they belong to. */
  organizationId: string
  /** As the person's, which it is raised with: read before Cognito is asked for a password, compared in the transaction that follows. */
  epoch: number
  /** The person has another address since; until then nobody else gets this one, so that the change can be undone. */
  formerUntil?: string
}

/** `PERSON#<usr>` / ITEM: exists from the day the person has proven an address. */
export interface Person {
  id: string
  /** Proven. */
  email: string
  /** Where they first joined. It manages them while they belong to it alone, and moves only by their own word. */
  homeOrganizationId: string
  /** In how many other organizations they are a member. */
  elsewhere: number
  /** They have left it, or were removed; until they come back or choose another, none manages them. */
  isGoneFromHome?: boolean
  /** Where a token without `X-Organization-Id` acts. */
  defaultOrganizationId: string
  /** Raised with every change of password, factor or address: what was proven before counts no more. */
  epoch: number
  /** Where home was before it was moved, the oldest first, as long as a change of address made before can be undone. */
  homes?: { organizationId: string; until: string }[]
  /** Further organizations of their own, so far. */
  founded?: number
  /** Cognito demands a second factor at every sign-in. */
  mfaEnabled?: boolean
  /** Hosted sign-ins from before are void: set when all sessions, or all but one, are ended. */
  validAfter?: string
  /** The one that is not. */
  keptSession?: string
  /** When the password was last replaced: sign-ins at the hosted login that began with the one before end within minutes. */
  passwordChangedAt?: string
  /** From which the person signed in lately, for the notice of a new one. */
  devices?: string[]
  /** Since when memberships stand still until they are approved again: the account was recovered then. */
  approvalsVoidAt?: string
  /** A change of address that was undone from the old one: links of changes from then until `at` undo nothing any more. */
  mailUndo?: { changedAt: string; at: string }
}

/** `FACTOR#<usr>` / TOTP: the authenticator app's secret, sealed, to check a code of somebody signed in already. */
export interface Factor {
  sealed: string
  /** The last 30-second step a code was taken of; none is taken twice. */
  lastStep: number
}

/** `FACTOR#<usr>` / ENROLMENT: an authenticator app that is being set up. */
export interface Enrolment {
  /** Secret, and the token with which Cognito takes its first code: `{ secret, accessToken, refreshToken }`. */
  sealed: string
  sessionId: string
  expiresAt: string
}

/** `FACTOR#<usr>` / BACKUP_CODES: the codes not used yet, by their hashes. */
export interface BackupCodes {
  unused: Record<string, true>
  createdAt: string
}

/** `RECOVERY#<usr>` / ITEM: a backup code was given, or the wait is over, and the sign-in it opens is not finished; no other may happen meanwhile. */
export interface Recovery {
  /** Of the code, which may be given again to go on; or the id of the request. */
  hash: string
  /** Of a recovery that waited. */
  requestId?: string
  startedAt: string
}

/** `RECOVERY#<usr>` / REQUEST: somebody with the password asked to be let in without the factor. */
export interface RecoveryRequest {
  id: string
  requestedAt: string
  /** From then on it can be completed. */
  completesAt: string
  expiresAt: string
}

/**
 * `MEMBERSHIPS#<usr>` / <org>: where a person belongs, without opening every organization; kept current by a reaction.
 * What the organization is called is not copied here but stands once in its card, so that renaming costs one write, not one a member.
 */
export interface Membership {
  organizationId: string
  /** The name of the first role. */
  role: string | null
  /** `deleted` when the user record is. */
  userStatus: 'invited' | 'active' | 'disabled' | 'locked' | 'deleted'
  /** The user record's version that this shows. */
  version: number
}

/** `TENANTS#<shard>` / `<org>`: the directory of organizations; kept current by a reaction. */
export interface OrganizationCard {
  id: string
  name: string
  type: 'customer' | 'mss_provider'
  status: string
  /** When it closes, where that is scheduled. */
  closesAt?: string
  /** The organization record's version that this shows. */
  version: number
}
