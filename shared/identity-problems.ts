import { type Code, type Problem, problem, problems } from './errors.ts'

export const nameOf = (error: unknown) => (error instanceof Error ? error.name : '')
const messageOf = (error: unknown) => (error instanceof Error ? error.message : '')

const KNOWN: Record<string, Code> = {
  NotAuthorizedException: 'INVALID_CREDENTIALS',
  UserNotFoundException: 'INVALID_CREDENTIALS',
  InvalidPasswordException: 'WEAK_PASSWORD',
  PasswordResetRequiredException: 'INVALID_CREDENTIALS',
  RefreshTokenReuseException: 'INVALID_SESSION',
  CodeMismatchException: 'INVALID_CODE',
  ExpiredCodeException: 'INVALID_CODE',
  EnableSoftwareTokenMFAException: 'INVALID_CODE',
  AliasExistsException: 'EMAIL_TAKEN',
  TooManyRequestsException: 'UNAVAILABLE',
  LimitExceededException: 'UNAVAILABLE',
  InternalErrorException: 'UNAVAILABLE',
}

/** Cognito names the first rule of its policy that a password breaks; these are our words for it. */
const WEAKNESSES: [RegExp, string][] = [
  [/long enough|length/i, 'Make it longer'],
  [/uppercase/i, 'Add an upper-case letter'],
  [/lowercase/i, 'Add a lower-case letter'],
  [/numeric/i, 'Add a digit'],
  [/symbol/i, 'Add a symbol'],
]

/** `field` is what the password is called in the request. */
export const weak = (field: string, cause: unknown) => {
  const missing = WEAKNESSES.find(([pattern]) => pattern.test(messageOf(cause)))?.[1] ?? 'Choose another, without spaces around it'
  return problem('WEAK_PASSWORD', { message: `The password is too weak. ${missing}.`, details: { [field]: missing }, cause })
}

/** A trigger refuses with one of our codes, which comes back inside Cognito's sentence. */
function fromTrigger(error: unknown): Problem | undefined {
  if (nameOf(error) !== 'UserLambdaValidationException') return undefined
  const code = /failed with error ([A-Z_]+)\.?$/.exec(messageOf(error))?.[1]
  return problem(code && code in problems ? (code as Code) : 'FORBIDDEN', { cause: error })
}

/** What Cognito threw, as a problem where it is one that callers can meet. */
export function toProblem(error: unknown): unknown {
  const code = KNOWN[nameOf(error)]
  return fromTrigger(error) ?? (code ? problem(code, { cause: error }) : error)
}
