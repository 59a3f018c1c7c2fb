/** Every failure a caller can meet: its status and the words used when nothing more specific is known. */
export const problems = {
  MALFORMED_JSON: [400, 'The body is not valid JSON.'],
  VALIDATION_ERROR: [400, 'Some fields are missing or wrong; see details.'],
  INVALID_CURSOR: [400, 'This cursor does not belong to this list. Start again without a cursor.'],
  WEAK_PASSWORD: [400, 'The password is too weak.'],
  OWNER_UNKNOWN: [400, 'Whoever is to look after this does not belong to this organization.'],
  ROLE_UNKNOWN: [400, 'At least one of these roles does not exist in this organization.'],
  AUTHENTICATION_REQUIRED: [401, 'Sign in first: send an access token as "Authorization: Bearer …".'],
  INVALID_TOKEN: [401, 'This token is not valid here. Sign in again.'],
  INVALID_SESSION: [401, 'This session has ended. Sign in again.'],
  INVALID_CREDENTIALS: [401, 'The email address or the password is wrong.'],
  INVALID_CODE: [401, 'This code is wrong or has expired. Ask for a new one.'],
  SIGN_IN_TO_ACCEPT: [401, 'You have an account already: sign in with the address that was invited, then accept again.'],
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
  REGISTRATION_CLOSED: [403, 'Registration is by invitation only here.'],
  NOT_FOUND: [404, 'There is nothing here, or you may not see it.'],
  METHOD_NOT_ALLOWED: [405, 'This address does not take that method; see the Allow header.'],
  CONFLICT: [409, 'This contradicts what is stored.'],
  EMAIL_TAKEN: [409, 'This email address is already in use.'],
  SLUG_TAKEN: [409, 'This short name is already in use. Choose another.'],
  TOO_MANY_ORGANIZATIONS: [409, 'Nobody can found more organizations than these. Ask whoever runs this installation.'],
  NAME_TAKEN: [409, 'This name is already in use here. Choose another.'],
  INVALID_TRANSITION: [409, 'This cannot be done in the present state.'],
  LAST_ADMIN: [409, 'This is the last administrator. Make somebody else an administrator first.'],
  PERSON_OF_SEVERAL: [409, 'This person does not belong to this organization alone, so only they can do this, for themselves.'],
  VERSION_CONFLICT: [409, 'Somebody changed this at the same moment. Read it again and retry.'],
  REQUEST_IN_PROGRESS: [409, 'The same request is being worked on. Retry in a moment.'],
  DELETED: [410, 'This has been deleted.'],
  LINK_EXPIRED: [410, 'This link has expired or was used. Ask for a new one.'],
  INVITATION_EXPIRED: [410, 'This invitation has expired or was used. Ask for a new one.'],
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

export interface ProblemOptions {
  message?: string
  /** Per field for `VALIDATION_ERROR`: `{ email: 'Invalid email format' }`. */
  details?: Record<string, unknown>
  headers?: Record<string, string>
  cause?: unknown
}

/** The one type of failure: thrown anywhere, mapped to an answer once, in `serve`. */
export class Problem extends Error {
  readonly code: Code
  readonly status: number
  readonly details: Record<string, unknown> | undefined
  readonly headers: Record<string, string>

  constructor(code: Code, options: ProblemOptions = {}) {
    super(options.message ?? problems[code][1], { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.status = problems[code][0]
    this.details = options.details
    this.headers = options.headers ?? {}
  }
}

/** A failure to throw: `throw problem('EMAIL_TAKEN')`. */
export const problem = (code: Code, options?: ProblemOptions) => new Problem(code, options)
