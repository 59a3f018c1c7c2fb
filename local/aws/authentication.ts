import type { Credentials, Session } from '../sts/credentials.ts'
import { AwsError } from '../types.ts'
import type { Parsed } from './protocol.ts'
import { isSignedBy, readAuthorization, type SignedRequest } from './sigv4.ts'

const maxSkewMs = 5 * 60_000

/** Operations of this service are sent unsigned by the SDKs where AWS asks for no credentials, such as `InitiateAuth`. */
const servesAnonymous = 'cognito-idp'

/** The session whose secret signed the request; undefined for an unsigned one to a service that serves anonymous callers. */
export function authenticate(request: SignedRequest, parsed: Parsed, credentials: Credentials): Session | undefined {
  const authorization = request.headers.authorization
  if (authorization === undefined && parsed.service === servesAnonymous) return undefined
  if (authorization === undefined) throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token')
  const claim = readAuthorization(authorization)
  if (!claim) throw new AwsError('IncompleteSignatureException', 'Authorization header is not an AWS Signature Version 4 header.')
  const session = credentials.find(claim.accessKeyId)
  if (!session) throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.')
  if (request.headers['x-amz-security-token'] !== session.sessionToken) {
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.')
  }
  if (claim.service !== parsed.service) {
    throw new AwsError('InvalidSignatureException', `Credential should be scoped to correct service: '${parsed.service}'.`)
  }
  checkCoverage(claim.signedHeaders, request)
  if (!isSignedBy(session.secretAccessKey, request, claim)) {
    throw new AwsError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    )
  }
  if (session.expiresAt <= credentials.clock())
    throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired')
  checkDate(request.headers['x-amz-date'] ?? '', claim.date)
  return session
}

/** An unsigned host, date, token or target could be exchanged under a valid signature. */
function checkCoverage(signedHeaders: string[], request: SignedRequest): void {
  const needed = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))]
  const missing = needed.find((name) => !signedHeaders.includes(name))
  if (missing) throw new AwsError('InvalidSignatureException', `'${missing}' must be a 'SignedHeader' in the AWS Authorization.`)
}

/** Signatures are dated by the signer's machine, which is this one, whatever clock credentials live by. */
function checkDate(value: string, scopeDate: string): void {
  const signedAt = Date.parse(value.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!value.startsWith(scopeDate) || !(Math.abs(Date.now() - signedAt) <= maxSkewMs)) {
    throw new AwsError('InvalidSignatureException', `Signature expired: ${value} is not within five minutes of ${new Date().toISOString()}`)
  }
}
