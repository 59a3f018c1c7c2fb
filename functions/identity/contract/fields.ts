import * as z from 'zod'

/** Cognito judges passwords by the policy that `shared/password-policy.ts` states; these bounds are its technical ones. */
export const Password = z.string().min(1).max(256)
export const Code = z
  .string()
  .trim()
  .regex(/^\d{6}$/, 'Must be the six digits that were mailed')
export const TotpCode = z
  .string()
  .trim()
  .regex(/^\d{6}$/, 'Must be the six digits that your authenticator app shows')
/** Of a mailed link. */
export const LinkToken = z.string().min(20).max(200)
/** Cognito's bounds. */
export const StepSession = z.string().min(20).max(2_048)
/** What recognizes a device that signed in before. */
export const DeviceToken = z.string().min(20).max(200)

export const signInReason = 'Nobody is signed in before signing in.'
