import { problemType } from '../../shared/errors.ts'

/** What is refused about groups, beyond the kernel's failures. */

export const HAS_MEMBERS = problemType('HAS_MEMBERS', 409, 'Somebody is in this group. Take its members out first.')

export const MEMBER_UNKNOWN = problemType(
  'MEMBER_UNKNOWN',
  400,
  'Whoever is to be in the group does not belong to this organization. Choose one of its users, or invite them first.',
)

export const ALREADY_MEMBER = problemType('ALREADY_MEMBER', 409, 'This user is in the group already.')

export const GROUP_UNKNOWN = problemType('GROUP_UNKNOWN', 400, 'There is no such group in this organization. Choose one of its groups.')
