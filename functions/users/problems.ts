import { problemType } from '../../shared/errors.ts'

/** What is refused about users, beyond the kernel's failures. */

export const ROLE_UNKNOWN = problemType('ROLE_UNKNOWN', 400, 'At least one of these roles does not exist in this organization.')

export const LAST_ADMIN = problemType('LAST_ADMIN', 409, 'This is the last administrator. Make somebody else an administrator first.')

export const UNIT_UNKNOWN = problemType('UNIT_UNKNOWN', 400, 'There is no such unit in this organization. Choose one of its units.')

export const TOO_MANY_ASSIGNMENTS = problemType(
  'TOO_MANY_ASSIGNMENTS',
  409,
  'This user holds as many assignments as one can. Take some away first, or choose somebody else.',
)

export const ALREADY_ASSIGNED = problemType('ALREADY_ASSIGNED', 409, 'This is assigned already, in the same place and on the same terms.')

export const TOO_MANY_GROUPS = problemType(
  'TOO_MANY_GROUPS',
  409,
  'This user is in as many groups as one can be. Take them out of one first.',
)
