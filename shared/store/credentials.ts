import type { AwsCredentialIdentity } from '@aws-sdk/types'
import { callAws } from '../aws-call.ts'
import { config } from '../config.ts'
import { problem } from '../errors.ts'
import type { Meter } from './meter.ts'

/** AWS lets chained credentials live no longer. */
const LIFETIME_MS = 60 * 60_000
/** What is left of it to everybody who is handed some. */
const SPARE_MS = 10 * 60_000
const CAPACITY = 500

interface Held {
  endsAt: number
  credentials: Promise<AwsCredentialIdentity>
}

const held = new Map<string, Held>()

/** `AssumeRole` in the query protocol of STS, with the tenant as session tag. */
const assumeRole = (tenant: string | undefined) =>
  callAws({
    service: 'sts',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      DurationSeconds: '3600',
      RoleArn: config.dataRoleArn,
      RoleSessionName: tenant ?? 'untenanted',
      ...(tenant ? { 'Tags.member.1.Key': 'tenant', 'Tags.member.1.Value': tenant } : {}),
    }).toString(),
  })

async function assume(tenant: string | undefined, counts: Meter, epochMs: number): Promise<AwsCredentialIdentity> {
  counts.credentials++
  const reply = await assumeRole(tenant)
  // Keys and tokens are of the alphabet of base64, in which XML escapes nothing.
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(
    (name) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(reply)?.[1],
  )
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw problem('UNAVAILABLE')
  // The SDK asks again five minutes before it expires.
  return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(epochMs + LIFETIME_MS - SPARE_MS + 5 * 60_000) }
}

/** Does this instance hold credentials of the tenant, so that entering it costs no call to STS? */
export const hasCredentials = (tenant: string, epochMs = Date.now()) => isAlive(held.get(tenant), epochMs + SPARE_MS)

const isAlive = (known: Held | undefined, epochMs: number): known is Held => (known?.endsAt ?? 0) > epochMs

/**
 * Credentials of this function's data role that reach one tenant, or, without a tenant, the look-ups its contract names. They live ten
 * minutes more, or as long as is asked for: what is signed with them opens nothing once they have ended. Cached 50 minutes per tenant
 * and instance. A map keeps insertion order, so the first key is the least recently used.
 */
export function credentialsFor(
  tenant: string | undefined,
  counts: Meter,
  epochMs = Date.now(),
  livingMs = SPARE_MS,
): Promise<AwsCredentialIdentity> {
  const key = tenant ?? ''
  const known = held.get(key)
  held.delete(key)
  const isKept = isAlive(known, epochMs + Math.max(livingMs, SPARE_MS))
  const fresh = isKept ? known : { endsAt: epochMs + LIFETIME_MS, credentials: assume(tenant, counts, epochMs) }
  held.set(key, fresh)
  if (fresh !== known) fresh.credentials.catch(() => held.get(key) === fresh && held.delete(key))
  const oldest = held.keys().next().value
  if (held.size > CAPACITY && oldest !== undefined) held.delete(oldest)
  return fresh.credentials
}
