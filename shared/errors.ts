/**
 * The failures of the kernel, and those that mean the same in every context: status, and the words used when nothing more specific is
 * known. What only one context refuses stands in its `problems.ts`.
 */
export const problems = {
  MALFORMED_JSON: [400, 'The body is not valid JSON.'],
  VALIDATION_ERROR: [400, 'Some fields are missing or wrong; see details.'],
  INVALID_CURSOR: [400, 'This cursor does not belong to this list. Start again without a cursor.'],
  WEAK_PASSWORD: [400, 'The password is too weak.'],
  AUTHENTICATION_REQUIRED: [401, 'Sign in first: send an access token as "Authorization: Bearer …".'],
  INVALID_TOKEN: [401, 'This token is not valid here. Sign in again.'],
  INVALID_SESSION: [401, 'This session has ended. Sign in again.'],
  INVALID_CREDENTIALS: [401, 'The email address or the password is wrong.'],
  INVALID_SIGNATURE: [401, 'Nobody known here signed this body. Sign its exact bytes with the present secret.'],
  INVALID_CODE: [401, 'This code is wrong or has expired. Ask for a new one.'],
  FORBIDDEN: [403, 'You may not do this.'],
  MFA_REQUIRED: [
    403,
    'This organization demands a second factor. Sign in with your authenticator app; if you have set up none yet, do so in this session, also after the hosted login: POST /api/v1/auth/mfa/setup.',
  ],
  STEP_UP_REQUIRED: [
    403,
    'Show once more that it is you: POST /api/v1/auth/step-up with your password, or with a code where you have a second factor. Then try again.',
  ],
  REAPPROVAL_REQUIRED: [
    403,
    'This account was recovered. An administrator of this organization has to approve you again before you can go on here.',
  ],
  ACCOUNT_LOCKED: [403, 'This account is locked. Ask an administrator of your organization to unlock it.'],
  ACCOUNT_DISABLED: [403, 'This account has been deactivated. Ask an administrator of your organization.'],
  ORGANIZATION_SUSPENDED: [403, 'This organization is suspended.'],
  ORGANIZATION_OFFBOARDING: [403, 'This organization is leaving: it can be read and exported, and not changed any more.'],
  ORGANIZATION_CLOSED: [403, 'This organization is closed.'],
  NOT_FOUND: [404, 'There is nothing here, or you may not see it.'],
  CONFLICT: [409, 'This contradicts what is stored.'],
  EMAIL_TAKEN: [409, 'This email address is already in use.'],
  NAME_TAKEN: [409, 'This name is already in use here. Choose another.'],
  INVALID_TRANSITION: [409, 'This cannot be done in the present state.'],
  PERSON_OF_SEVERAL: [409, 'This person does not belong to this organization alone, so only they can do this, for themselves.'],
  HAS_CHILDREN: [409, 'Something still lies in this. Move it elsewhere or remove it first.'],
  CYCLE: [409, 'This would come to lie in itself. Choose a place that is not below it.'],
  TOO_DEEP: [409, 'This would be nested too deeply. Choose a place nearer to the top.'],
  MOVE_IN_PROGRESS: [409, 'Something is being moved about here at this moment. Try again in a few seconds.'],
  VERSION_CONFLICT: [409, 'Somebody changed this at the same moment. Read it again and retry.'],
  REQUEST_IN_PROGRESS: [409, 'The same request is being worked on. Retry in a moment.'],
  DELETED: [410, 'This has been deleted.'],
  LINK_EXPIRED: [410, 'This link has expired or was used. Ask for a new one.'],
  PRECONDITION_FAILED: [412, 'This has changed since you read it. Read it again and decide anew.'],
  PAYLOAD_TOO_LARGE: [413, 'The body is too large.'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'Send JSON: "Content-Type: application/json".'],
  IDEMPOTENCY_KEY_REUSED: [422, 'This Idempotency-Key was used with another body. Use a new key for a new request.'],
  RATE_LIMIT_EXCEEDED: [429, 'Too many requests'],
  TOO_MANY_CODES: [429, 'Too many wrong codes were entered for this address today. Follow the link in the mail instead.'],
  INTERNAL: [500, 'Something went wrong on our side. Quote the requestId when you report it.'],
  UNAVAILABLE: [503, 'Temporarily unavailable. Retry in a few seconds.'],
} as const satisfies Record<string, readonly [status: number, message: string]>

export type Code = keyof typeof problems

/** A kind of failure that callers can meet (RFC 9457 says: a problem type). */
export interface ProblemType {
  readonly code: string
  readonly status: number
  readonly message: string
}

/** States a failure of a context's own, as a constant that is called like its code. */
export const problemType = (code: string, status: number, message: string): ProblemType => ({ code, status, message })

/** The kernel's by its code, a context's as it is stated there: either way a misspelt one does not compile. */
export type ProblemKind = Code | ProblemType

export function typeOf(kind: ProblemKind): ProblemType {
  if (typeof kind !== 'string') return kind
  const [status, message] = problems[kind]
  return { code: kind, status, message }
}

export interface ProblemOptions {
  message?: string
  /** Per field for `VALIDATION_ERROR`: `{ email: 'Invalid email format' }`. */
  details?: Record<string, unknown>
  headers?: Record<string, string>
  cause?: unknown
}

/** The one type of failure: thrown anywhere, mapped to an answer once, in `serve`. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly details: Record<string, unknown> | undefined
  readonly headers: Record<string, string>

  constructor(kind: ProblemKind, options: ProblemOptions = {}) {
    const { code, status, message } = typeOf(kind)
    super(options.message ?? message, { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.status = status
    this.details = options.details
    this.headers = options.headers ?? {}
  }
}

/** A failure to throw: `throw problem('NOT_FOUND')`, `throw problem(LAST_ADMIN)`. */
export const problem = (kind: ProblemKind, options?: ProblemOptions) => new Problem(kind, options)

/** Is it one of these failures? */
export const isProblem = (error: unknown, ...kinds: ProblemKind[]): error is Problem =>
  error instanceof Problem && kinds.some((kind) => typeOf(kind).code === error.code)
