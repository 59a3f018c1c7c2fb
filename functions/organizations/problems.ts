import { problemType } from '../../shared/errors.ts'

/** What is refused about organizations, beyond the kernel's failures. */

export const SLUG_TAKEN = problemType('SLUG_TAKEN', 409, 'This short name is already in use. Choose another.')

export const TOO_MANY_ORGANIZATIONS = problemType(
  'TOO_MANY_ORGANIZATIONS',
  409,
  'Nobody can found more organizations than these. Ask whoever runs this installation.',
)
