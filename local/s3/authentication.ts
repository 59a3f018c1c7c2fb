import { encode, isSame, readAuthorization, type Scope, type Signature, signCanonical } from '../aws/sigv4.ts'
import type { Credentials, Session } from '../sts/credentials.ts'
import { AwsError } from '../types.ts'

/** A request before its body. */
export interface Asked {
  method: string
  /** Path and query as they came. */
  path: string
  query: string
  headers: Record<string, string>
}

/** Who asks, and how they have shown it. */
export interface Proof {
  session: Session
  /** `UNSIGNED-PAYLOAD` where the signature leaves the body open. */
  payloadHash: string
  /** What IAM is told of the signature. */
  context: Record<string, string[]>
}

export const UNSIGNED = 'UNSIGNED-PAYLOAD'
const MAX_SKEW_MS = 15 * 60_000
const WEEK_SECONDS = 604_800

/** What a request says of its signature, in the header or in the query. */
interface Claim extends Signature {
  amzDate: string
  token: string | undefined
  payloadHash: string
  /** Of a presigned address. */
  expiresSeconds?: number
}

const epochOf = (amzDate: string) => Date.parse(amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))

/** By an Authorization header or a presigned query (AWS Signature Version 4). Throws as S3 does for what is missing, wrong or over. */
export function authenticate(asked: Asked, credentials: Credentials, now: number): Proof {
  const claim = readClaim(asked)
  const session = sessionOf(credentials, claim, claim.token)
  const isPresigned = claim.expiresSeconds !== undefined
  const loose = Object.keys(asked.headers).find((name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name))
  if (loose || !claim.signedHeaders.includes('host')) {
    throw new AwsError('AccessDenied', 'There were headers present in the request which were not signed', 403, { HeadersNotSigned: loose })
  }
  checkTime(claim, now)
  const query = asked.query.split('&').filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
  const { method, headers } = asked
  const { signedHeaders, payloadHash, amzDate } = claim
  const request = { method, headers, path: canonicalPath(asked.path), query: query.join('&'), signedHeaders, payloadHash, date: amzDate }
  if (!isSame(signCanonical(session.secretAccessKey, request, claim), claim.signature)) throw wrongSignature()
  const way = isPresigned ? presigned('REST-QUERY-STRING', amzDate, now) : { 's3:authType': ['REST-HEADER'] }
  return { session, payloadHash, context: way }
}

/** What IAM is told where somebody else may use the signature than who made it. */
export const presigned = (authType: string, amzDate: string, now: number): Record<string, string[]> => ({
  's3:authType': [authType],
  's3:signatureAge': [String(now - epochOf(amzDate))],
})

export const wrongSignature = () =>
  new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
  )

/** The session that a signature says it is of. */
export function sessionOf(credentials: Credentials, claim: Scope & { accessKeyId: string }, token: string | undefined): Session {
  const session = credentials.find(claim.accessKeyId)
  if (!session) throw new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403)
  if (claim.service !== 's3') {
    throw new AwsError(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; incorrect service "${claim.service}". This endpoint belongs to "s3".`,
    )
  }
  if (token !== session.sessionToken) throw new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.')
  if (session.expiresAt <= credentials.clock()) throw new AwsError('ExpiredToken', 'The provided token has expired.')
  return session
}

function readClaim({ query, headers }: Asked): Claim {
  const { authorization } = headers
  const asked = new URLSearchParams(query)
  const isPresigned = [...asked.keys()].some((name) => /^X-Amz-(Algorithm|Signature|Credential)$/.test(name))
  if (authorization !== undefined && isPresigned) {
    throw new AwsError('InvalidArgument', 'Only one auth mechanism allowed; only one of query string and Authorization header may be given')
  }
  if (isPresigned) return inQuery(asked)
  if (authorization === undefined) throw new AwsError('AccessDenied', 'Access Denied', 403)
  return inHeader(authorization, headers)
}

function inHeader(authorization: string, headers: Record<string, string>): Claim {
  const claim = readAuthorization(authorization)
  if (!claim) throw new AwsError('AuthorizationHeaderMalformed', 'The authorization header is malformed.')
  const payloadHash = headers['x-amz-content-sha256']
  if (!payloadHash) throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  if (payloadHash.startsWith('STREAMING-')) throw new AwsError('NotImplemented', 'The local stack takes no signed chunks.', 501)
  return { ...claim, amzDate: headers['x-amz-date'] ?? '', token: headers['x-amz-security-token'], payloadHash }
}

const PARAMETERS = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires'].map((name) => `X-Amz-${name}`)

function inQuery(query: URLSearchParams): Claim {
  const [algorithm, credential, signature, amzDate, signedHeaders, expires] = PARAMETERS.map((name) => query.get(name) ?? '')
  const wrong = (message: string) => new AwsError('AuthorizationQueryParametersError', message)
  const claim = readAuthorization(`${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`)
  if (!claim || !amzDate || !expires) {
    throw wrong(`Query-string authentication version 4 requires the ${PARAMETERS.join(', ')} parameters, each in its form.`)
  }
  if (!/^\d+$/.test(expires)) throw wrong('X-Amz-Expires should be a number')
  const expiresSeconds = Number(expires)
  if (expiresSeconds > WEEK_SECONDS)
    throw wrong(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${WEEK_SECONDS} seconds`,
    )
  return { ...claim, amzDate, expiresSeconds, payloadHash: UNSIGNED, token: query.get('X-Amz-Security-Token') ?? undefined }
}

function checkTime({ amzDate, date, expiresSeconds }: Claim, now: number): void {
  const signedAt = epochOf(amzDate)
  if (!amzDate.startsWith(date) || Number.isNaN(signedAt)) throw wrongSignature()
  if (expiresSeconds === undefined) {
    if (Math.abs(now - signedAt) <= MAX_SKEW_MS) return
    throw new AwsError('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', 403)
  }
  if (signedAt > now + MAX_SKEW_MS) throw new AwsError('AccessDenied', 'Request is not valid yet', 403)
  const endsAt = signedAt + expiresSeconds * 1000
  if (endsAt < now) {
    const details = { 'X-Amz-Expires': expiresSeconds, Expires: new Date(endsAt).toISOString(), ServerTime: new Date(now).toISOString() }
    throw new AwsError('AccessDenied', 'Request has expired', 403, details)
  }
}

/** S3, unlike every other service, takes a path as it is encoded once. */
function canonicalPath(path: string): string {
  try {
    return path
      .split('/')
      .map((segment) => encode(decodeURIComponent(segment)))
      .join('/')
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.")
  }
}
