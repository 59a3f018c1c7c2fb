import { tallyKey } from '../../shared/store/keys.ts'
import { check, type Write } from '../../shared/store/writes.ts'
import { LAST_ADMIN } from './problems.ts'

/** The organization has an administrator of its own, counted as the users' tally counts: `LAST_ADMIN` otherwise. */
export const requireAdministrator = (organizationId: string): Write =>
  check(
    tallyKey(organizationId, 'ADMINISTRATORS'),
    { expression: '#count >= :one', names: { '#count': 'count' }, values: { ':one': 1 } },
    LAST_ADMIN,
  )
