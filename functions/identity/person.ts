/** Records outside the tenants that identity keeps: written by it alone, read by sign-in. */

/** `LOGIN#<mail hash>` / ITEM: who signs in with this address. Taken for good, also by deleted users. */
export interface Login {
  personId: string
  homeOrganizationId: string
}

/** `PERSON#<usr>` / ITEM: exists from the day the person has a password. */
export interface Person {
  id: string
  homeOrganizationId: string
  /** Where a token without `X-Organization-Id` acts. */
  defaultOrganizationId: string
  email: string
  emailVerified: boolean
  /** The version of the user record in the home organization whose mail address this shows. */
  homeVersion?: number
  /** Further organizations of their own, so far. */
  founded?: number
  /** Cognito demands a second factor at every sign-in. */
  mfaEnabled?: boolean
  /** Sessions begun before are void: set when all of them, or all but one, are ended. */
  validAfter?: string
  /** The one that is not. */
  keptSession?: string
  /** From which the person signed in lately. */
  devices?: string[]
}

/** `PERSON#<usr>` / BACKUP_CODES: the codes not used yet, by their hashes. */
export interface BackupCodes {
  unused: Record<string, true>
  createdAt: string
}

/** `PERSON#<usr>` / RECOVERY: a backup code was given, and the sign-in it opens is not finished; no other may happen meanwhile. */
export interface Recovery {
  /** Of the code, which may be given again to go on. */
  hash: string
  startedAt: string
}

/**
 * `PERSON#<usr>` / MEMBER#<org>: where a person belongs, without opening every organization; kept current by a reaction.
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
  /** The organization record's version that this shows. */
  version: number
}
