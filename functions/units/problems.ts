import { problemType } from '../../shared/errors.ts'

/** What is refused about units, beyond the kernel's failures. */

export const OWNER_UNKNOWN = problemType(
  'OWNER_UNKNOWN',
  400,
  'Whoever is to look after this does not belong to this organization. Choose one of its users, or invite them first.',
)
