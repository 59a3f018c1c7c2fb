import { problemType } from '../../shared/errors.ts'

/** What is refused about technicians' access, beyond the kernel's failures. */

export const TECHNICIAN_UNKNOWN = problemType(
  'TECHNICIAN_UNKNOWN',
  400,
  'Nobody of this id works for the provider of this organization now. Ask the provider for the id of its technician.',
)

export const TECHNICIAN_IS_MEMBER = problemType(
  'TECHNICIAN_IS_MEMBER',
  409,
  'This technician is a user of this organization already. Give them roles here, or remove them first.',
)

export const TECHNICIAN_HAS_ACCESS = problemType(
  'TECHNICIAN_HAS_ACCESS',
  409,
  'This technician has access already, or it was asked for. Revoke that first.',
)
