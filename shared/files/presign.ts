import type { AwsCredentialIdentity } from '@aws-sdk/types'
import { signerFor } from '../aws-call.ts'

/** By whom, when and for how long something may be done without a word of ours. */
export interface Signing {
  region: string
  credentials: AwsCredentialIdentity
  at: Date
  seconds: number
}

/** RFC 3986: whatever is not unreserved, in percents. */
export const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)

/** Whoever holds this address may get what it names (AWS Signature Version 4, in the query). */
export async function presignedUrl(url: URL, query: Record<string, string>, by: Signing): Promise<string> {
  const asked = { method: 'GET', protocol: url.protocol, hostname: url.hostname, path: url.pathname, query, headers: { host: url.host } }
  // A body that is neither text nor bytes is signed as `UNSIGNED-PAYLOAD`, as S3 wants it here.
  const body = new ReadableStream()
  const signed = await signerFor('s3', by.region, by.credentials).presign({ ...asked, body }, { signingDate: by.at, expiresIn: by.seconds })
  return `${url.href}?${Object.entries(signed.query ?? {})
    .map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`)
    .join('&')}`
}

const compact = (at: Date) => at.toISOString().replace(/[-:]|\.\d+/g, '')

/** Of a policy in base64 (AWS Signature Version 4, "POST policy"). */
export const policySignature = (policy: string, by: Signing) =>
  signerFor('s3', by.region, by.credentials).sign(policy, { signingDate: by.at })

export interface FormRules {
  bucket: string
  fields: Record<string, string>
  maxBytes: number
}

/**
 * The fields of a form by which a file comes in. S3 takes it as these fields say and within these bytes, which a signed PUT could not
 * bind: that signs one exact length or none.
 */
export async function presignedFields({ bucket, fields, maxBytes }: FormRules, by: Signing): Promise<Record<string, string>> {
  const { accessKeyId, sessionToken } = by.credentials
  const date = compact(by.at)
  const signed = {
    ...fields,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${accessKeyId}/${date.slice(0, 8)}/${by.region}/s3/aws4_request`,
    'x-amz-date': date,
    ...(sessionToken ? { 'x-amz-security-token': sessionToken } : {}),
  }
  const conditions = [
    { bucket },
    ...Object.entries(signed).map(([name, value]) => ({ [name]: value })),
    ['content-length-range', 1, maxBytes],
  ]
  const expiration = new Date(by.at.getTime() + by.seconds * 1000).toISOString()
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64')
  return { ...signed, policy, 'x-amz-signature': await policySignature(policy, by) }
}
