import { problemType } from '../../shared/errors.ts'

/** What is refused to whoever signs up or joins, beyond the kernel's failures. */

export const SIGN_IN_TO_ACCEPT = problemType(
  'SIGN_IN_TO_ACCEPT',
  401,
  'You have an account already: sign in with the address that was invited, then accept again.',
)

export const REGISTRATION_CLOSED = problemType('REGISTRATION_CLOSED', 403, 'Registration is by invitation only here.')

export const INVITATION_EXPIRED = problemType('INVITATION_EXPIRED', 410, 'This invitation has expired or was used. Ask for a new one.')
