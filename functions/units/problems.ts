import { problemType } from '../../shared/errors.ts'

/** What is refused about units, beyond the kernel's failures. */

export const OWNER_UNKNOWN = problemType(
  'OWNER_UNKNOWN',
  400,
  'Whoever is to look after this does not belong to this organization. Choose one of its users, or invite them first.',
)

export const PARENT_UNKNOWN = problemType(
  'PARENT_UNKNOWN',
  400,
  'There is no such unit for this to lie under. Choose a unit of this organization, or leave it out for the top.',
)
