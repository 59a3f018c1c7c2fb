import type { ProblemKind } from '../../shared/errors.ts'
import { itemKey, tallyKey } from '../../shared/store/keys.ts'
import { check, type Write } from '../../shared/store/writes.ts'
import { LAST_ADMIN } from './problems.ts'

/** The organization has an administrator of its own, counted as the users' tally counts: `LAST_ADMIN` otherwise. */
export const requireAdministrator = (organizationId: string): Write =>
  check(
    tallyKey(organizationId, 'ADMINISTRATORS'),
    { expression: '#count >= :one', names: { '#count': 'count' }, values: { ':one': 1 } },
    LAST_ADMIN,
  )

/** The user belongs to the organization at the moment of the write, invited or joined; otherwise it fails as `unknown` says. */
export const requireUser = (organizationId: string, userId: string, unknown: ProblemKind): Write =>
  check(itemKey(organizationId, 'USER', userId), { expression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)' }, unknown)
