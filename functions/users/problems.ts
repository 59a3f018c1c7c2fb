import { problemType } from '../../shared/errors.ts'

/** What is refused about users, beyond the kernel's failures. */

export const ROLE_UNKNOWN = problemType('ROLE_UNKNOWN', 400, 'At least one of these roles does not exist in this organization.')

export const LAST_ADMIN = problemType('LAST_ADMIN', 409, 'This is the last administrator. Make somebody else an administrator first.')
