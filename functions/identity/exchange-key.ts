import { problem } from '../../shared/errors.ts'
import { deviceOf } from '../../shared/identity/device.ts'
import { shutBy } from '../../shared/identity/life-cycle.ts'
import { begin } from '../../shared/identity/session.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { organizationKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { save } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { type ApiKey, apiKeys, findByHash, goodUntil, isSecret, noteUse } from '../keys/door.ts'
import type { Organization } from '../organizations/door.ts'
import { exchangeKey } from './contract.ts'
import { tokensOf } from './key-tokens.ts'

const HOUR_MS = 3_600_000
const UNKNOWN = 'This API key is unknown, or not good any more.'

interface Proven {
  key: ApiKey
  /** Until when the secret is good. */
  until: string
  tenant: Tenant
}

/** Whose secret this is. Whatever is wrong with it is answered alike; a text that could be none costs no look. */
async function prove({ body, lookups, enter, now }: PublicCall<typeof exchangeKey>): Promise<Proven> {
  const place = isSecret(body.apiKey) ? await findByHash(lookups, body.apiKey) : undefined
  if (!place) throw problem('INVALID_CREDENTIALS', { message: UNKNOWN })
  const { organizationId, keyId: id } = place
  const open = (name?: string) => enter(organizationId, { id, kind: 'service', ...(name ? { name } : {}) })
  const wanted = [organizationKey(organizationId), apiKeys.keyOf({ id, organizationId })]
  const [organization, key] = (await open().read(...wanted)) as [Organization?, ApiKey?]
  const until = key && goodUntil(key, hashOf(body.apiKey), now)
  if (!organization || !until) throw problem('INVALID_CREDENTIALS', { message: UNKNOWN })
  const shut = shutBy(organization, now)
  if (shut) throw shut
  return { key, until, tenant: open(key.firstName) }
}

/** The session lets go of the token when the secret ends, however long the token would be good. */
export const handler = serve(exchangeKey, async (call) => {
  const { client, meter, now } = call
  const { key, until, tenant } = await prove(call)
  const { tokens, sessionId } = await tokensOf(meter, key.id)
  const hourFromNow = new Date(Date.parse(now) + HOUR_MS).toISOString()
  const expiresAt = until < hourFromNow ? until : hourFromNow
  const session = begin({
    id: sessionId,
    organizationId: tenant.id,
    personId: key.id,
    device: deviceOf(client.userAgent),
    epoch: 0,
    ipAddress: client.ip,
    userAgent: client.userAgent,
    mfa: false,
    method: 'api_key',
    generation: 1,
    at: now,
    expiresAt,
  })
  await tenant.commit([save(sessions, session), ...noteUse(key, now)])
  const expiresIn = Math.floor((Date.parse(expiresAt) - Date.parse(now)) / 1000)
  return { accessToken: tokens.accessToken, expiresIn, tokenType: tokens.tokenType }
})
