import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { AwsCredentialIdentity } from '@aws-sdk/types'
import { config } from '../config.ts'
import { problem } from '../errors.ts'
import type { Meter } from './meter.ts'

/** Below the hour that chained credentials live. */
const LIFETIME_MS = 50 * 60_000
const CAPACITY = 500

interface Held {
  until: number
  credentials: Promise<AwsCredentialIdentity>
}

const held = new Map<string, Held>()
let sts: STSClient | undefined

async function assume(tenant: string | undefined, counts: Meter, epochMs: number): Promise<AwsCredentialIdentity> {
  sts ??= new STSClient({})
  counts.credentials++
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: config.dataRoleArn,
      RoleSessionName: tenant ?? 'untenanted',
      DurationSeconds: 3600,
      ...(tenant ? { Tags: [{ Key: 'tenant', Value: tenant }] } : {}),
    }),
  )
  if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey || !Credentials.SessionToken) throw problem('UNAVAILABLE')
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
    // The SDK asks again five minutes before this.
    expiration: new Date(epochMs + LIFETIME_MS + 5 * 60_000),
  }
}

/** Does this instance hold credentials of the tenant, so that entering it costs no call to STS? */
export const hasCredentials = (tenant: string, epochMs = Date.now()) => (held.get(tenant)?.until ?? 0) > epochMs

/**
 * Credentials of this function's data role that reach one tenant, or, without a tenant, the look-ups its contract names.
 * Cached 50 minutes per tenant and instance. A map keeps insertion order, so the first key is the least recently used.
 */
export function credentialsFor(tenant: string | undefined, counts: Meter, epochMs = Date.now()): Promise<AwsCredentialIdentity> {
  const key = tenant ?? ''
  const known = held.get(key)
  held.delete(key)
  const fresh = known && known.until > epochMs ? known : { until: epochMs + LIFETIME_MS, credentials: assume(tenant, counts, epochMs) }
  held.set(key, fresh)
  if (fresh !== known) fresh.credentials.catch(() => held.get(key) === fresh && held.delete(key))
  const oldest = held.keys().next().value
  if (held.size > CAPACITY && oldest !== undefined) held.delete(oldest)
  return fresh.credentials
}
