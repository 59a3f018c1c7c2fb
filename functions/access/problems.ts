import { problemType } from '../../shared/errors.ts'

/** What is refused about roles, permissions and their assignments, beyond the kernel's failures. */

export const SYSTEM_ROLE = problemType(
  'SYSTEM_ROLE',
  409,
  'This role is the same in every organization, and nobody changes it. Make a role of your own instead: POST /api/v1/roles.',
)

export const PERMISSION_UNKNOWN = problemType(
  'PERMISSION_UNKNOWN',
  400,
  'At least one of these permissions does not exist. GET /api/v1/permissions lists them; POST /api/v1/permissions adds one of your own.',
)

export const SUBJECT_UNKNOWN = problemType(
  'SUBJECT_UNKNOWN',
  400,
  'There is no such user, group or API key in this organization to give something to.',
)

export const SCOPE_UNKNOWN = problemType('SCOPE_UNKNOWN', 400, 'What this is to hold for does not exist in this organization.')

export const TOO_MANY_ROLES = problemType(
  'TOO_MANY_ROLES',
  409,
  'An organization has at most 1,000 roles of its own. Remove some that nobody holds.',
)
