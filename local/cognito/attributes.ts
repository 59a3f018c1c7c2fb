import { AwsError } from '../types.ts'
import type { Pool } from './pools.ts'
import type { User } from './user-store.ts'

const STANDARD_ATTRIBUTES = new Set(
  [
    'address birthdate email email_verified family_name gender given_name locale middle_name name nickname',
    'phone_number phone_number_verified picture preferred_username profile updated_at website zoneinfo',
  ].flatMap((line) => line.split(' ')),
)

/** Throws `InvalidParameterException` for an attribute that the pool does not have. */
export function assertAttributes(pool: Pool, given: Record<string, string>): void {
  for (const name of Object.keys(given)) {
    if (name === 'sub') throw new AwsError('InvalidParameterException', 'user.sub: Attribute cannot be updated.')
    if (STANDARD_ATTRIBUTES.has(name) || pool.customAttributes.includes(name)) continue
    throw new AwsError('InvalidParameterException', `user.${name}: Attribute does not exist in schema.`)
  }
}

/** A user's attributes after a change: an empty value removes one, and a new address has to be verified anew unless the change says it is. */
export function changedAttributes(pool: Pool, user: User, changes: Record<string, string>): Record<string, string> {
  assertAttributes(pool, changes)
  const isNewAddress = changes.email !== undefined && changes.email !== user.attributes.email
  const after = { ...user.attributes, ...(isNewAddress ? { email_verified: 'false' } : {}), ...changes }
  return Object.fromEntries(Object.entries(after).filter(([, value]) => value !== ''))
}
