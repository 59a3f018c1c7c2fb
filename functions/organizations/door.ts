/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */
export { linkHolds, linkUnchanged } from './link-condition.ts'
export { found, type Organization } from './organization.ts'
export { organizations } from './organization-store.ts'
export { toOrganization } from './present-organization.ts'
export { SLUG_TAKEN, TOO_MANY_ORGANIZATIONS } from './problems.ts'
export { slugOf, withSuffix } from './slug.ts'
