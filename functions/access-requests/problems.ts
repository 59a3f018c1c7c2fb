import { problemType } from '../../shared/errors.ts'

/** What is refused about requests for access, beyond the kernel's failures. */

export const ALREADY_ALLOWED = problemType('ALREADY_ALLOWED', 409, 'You may do this already, so there is nothing to ask for.')
export const ALREADY_ASKED = problemType('ALREADY_ASKED', 409, 'You asked for this already, and nobody has decided yet.')
