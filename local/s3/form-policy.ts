import { isSame, signText } from '../aws/sigv4.ts'
import type { Credentials } from '../sts/credentials.ts'
import { AwsError } from '../types.ts'
import { type Proof, presigned, sessionOf, UNSIGNED, wrongSignature } from './authentication.ts'

/** A form's fields by their lower-cased names, which is how S3 compares them. */
export type Fields = ReadonlyMap<string, string>

/** How many bytes the file may have. */
export interface Length {
  min: number
  max: number
}

interface Condition {
  kind: 'eq' | 'starts-with'
  name: string
  value: string
  /** As it stands in the policy. */
  text: string
}

interface Policy {
  expiration: number
  conditions: Condition[]
  length: Length
}

/** S3's limit for one upload. */
const MAX_BYTES = 5 * 1024 ** 3

/** By a POST policy and its signature among the form's fields (AWS Signature Version 4, "Browser-based uploads using POST"). */
export function authenticateForm(fields: Fields, credentials: Credentials, now: number): Proof {
  const [policy, signature = '', credential = '', amzDate = ''] = ['policy', 'x-amz-signature', 'x-amz-credential', 'x-amz-date'].map(
    (name) => fields.get(name),
  )
  if (policy === undefined) throw new AwsError('AccessDenied', 'Access Denied', 403)
  const [, accessKeyId, date, region, service] = /^([^/]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request$/.exec(credential) ?? []
  if (fields.get('x-amz-algorithm') !== 'AWS4-HMAC-SHA256' || !accessKeyId || !date || !region || !service || !amzDate.startsWith(date)) {
    throw new AwsError('InvalidArgument', 'The form needs x-amz-algorithm, x-amz-credential and x-amz-date, each in its form.')
  }
  const scope = { accessKeyId, date, region, service }
  const session = sessionOf(credentials, scope, fields.get('x-amz-security-token'))
  if (!/^[0-9a-f]{64}$/.test(signature) || !isSame(signText(session.secretAccessKey, policy, scope), signature)) throw wrongSignature()
  return { session, payloadHash: UNSIGNED, context: presigned('POST', amzDate, now) }
}

const refused = (why: string) => new AwsError('AccessDenied', `Invalid according to Policy: ${why}`, 403)

/** What no condition has to speak of. */
const isFree = (name: string) => ['policy', 'x-amz-signature', 'file'].includes(name) || name.startsWith('x-ignore-')

/** Throws where the form is not as its policy says; gives how long the file may be. */
export function checkPolicy(fields: Fields, bucket: string, now: number): Length {
  const { expiration, conditions, length } = readPolicy(fields.get('policy') ?? '')
  if (expiration <= now) throw refused('Policy expired.')
  const values = new Map([...fields, ['bucket', bucket]])
  for (const { kind, name, value, text } of conditions) {
    const given = values.get(name)
    const holds = given !== undefined && (kind === 'eq' ? given === value : given.startsWith(value))
    if (!holds) throw refused(`Policy Condition failed: ${text}`)
  }
  const spoken = new Set(conditions.map(({ name }) => name))
  const extra = [...fields.keys()].filter((name) => !isFree(name) && !spoken.has(name))
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(', ')}`)
  return length
}

const malformed = (why: string) => new AwsError('InvalidPolicyDocument', `Invalid Policy: ${why}`)

function readPolicy(base64: string): Policy {
  const document = jsonOf(base64)
  const expiration = Date.parse(String(document.expiration))
  if (Number.isNaN(expiration)) throw malformed("Invalid 'expiration' value.")
  if (!Array.isArray(document.conditions)) throw malformed("Missing 'conditions'.")
  const lengths: Length[] = []
  const conditions = document.conditions.flatMap((each: unknown) => {
    if (!Array.isArray(each)) return exactOf(each)
    const [kind, first, second] = each
    if (kind === 'content-length-range') {
      lengths.push({ min: Number(first), max: Number(second) })
      return []
    }
    if (kind !== 'eq' && kind !== 'starts-with') throw malformed(`Invalid Condition: ${JSON.stringify(each)}`)
    return { kind, name: String(first).replace(/^\$/, '').toLowerCase(), value: String(second), text: JSON.stringify(each) } as const
  })
  return { expiration, conditions, length: lengths[0] ?? { min: 0, max: MAX_BYTES } }
}

function jsonOf(base64: string): { expiration?: unknown; conditions?: unknown } {
  try {
    const document: unknown = JSON.parse(Buffer.from(base64, 'base64').toString())
    if (typeof document === 'object' && document !== null) return document
  } catch {
    // As for what is no object.
  }
  throw malformed('Invalid JSON.')
}

function exactOf(condition: unknown): Condition[] {
  if (typeof condition !== 'object' || condition === null) throw malformed(`Invalid Condition: ${JSON.stringify(condition)}`)
  return Object.entries(condition).map(([name, value]) => ({
    kind: 'eq' as const,
    name: name.toLowerCase(),
    value: String(value),
    text: JSON.stringify(['eq', `$${name}`, String(value)]),
  }))
}
