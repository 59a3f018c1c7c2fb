import { itemKey } from '../../shared/store/keys.ts'
import { check, type Write } from '../../shared/store/writes.ts'
import { OWNER_UNKNOWN } from './problems.ts'

/** Whoever is to look after a unit belongs to the organization when the change is written: `OWNER_UNKNOWN` otherwise. */
export const requireOwner = (organizationId: string, ownerId: string): Write =>
  check(itemKey(organizationId, 'USER', ownerId), { expression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)' }, OWNER_UNKNOWN)
