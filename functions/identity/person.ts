/** Records outside the tenants that identity keeps: written by it alone, read by sign-in. */

/** `LOGIN#<mail hash>` / ITEM: who signs in with this address. Taken for good, also by deleted users. */
export interface Login {
  personId: string
  homeOrganizationId: string
}

/** `PERSON#<usr>` / ITEM */
export interface Person {
  id: string
  homeOrganizationId: string
  /** Where a token without `X-Organization-Id` acts. */
  defaultOrganizationId: string
  email: string
  emailVerified: boolean
  /** Sessions begun before are void: set by logout-all. */
  validAfter?: string
}

/** `PERSON#<usr>` / MEMBER#<org>: what `me` shows without opening every organization; kept current by a reaction. */
export interface Membership {
  organizationId: string
  name: string
  type: 'customer' | 'mss_provider'
  status: string
  role: string | null
  userStatus: string
}
