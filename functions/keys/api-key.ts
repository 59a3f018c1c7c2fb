import { apiKeyCreated, apiKeyDeleted, apiKeyRolesChanged, apiKeyRotated } from '../../events/keys.ts'
import type { Assignment } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import type { PrincipalGate } from '../../shared/serve/call.ts'
import { type Change, changed, created, entity } from '../../shared/store/entity.ts'
import { holdings } from '../users/door.ts'
import type { Secret } from './secret.ts'

/** A key with which a program acts in an organization: a principal of its own, which does nothing that its maker could not. */
export interface ApiKey extends PrincipalGate {
  kind: 'service'
  makerId: string
  secretHash: string
  hint: string
  /** The secret before, as long as it is good still. */
  retiring?: { secretHash: string; until: string }
  /** When it was last exchanged, to the hour; kept beside its versions. */
  lastUsedAt?: string
}

export const apiKeys = entity<ApiKey>({ name: 'API_KEY', all: true, label: ({ firstName }) => firstName })

export interface NewKey {
  organizationId: string
  name: string
  makerId: string
  assignments: Assignment[]
  expiresAt?: string | undefined
  at: string
}

type Stored = Omit<Secret, 'secret'>

/** A principal is called by its first name, and a key has no other. */
export const makeKey = ({ organizationId, name, makerId, assignments, expiresAt, at }: NewKey, secret: Stored): Change<ApiKey> =>
  created<ApiKey>(
    {
      id: newId('key', Date.parse(at)),
      organizationId,
      kind: 'service',
      status: 'active',
      email: '',
      emailVerified: false,
      firstName: name,
      lastName: '',
      makerId,
      assignments,
      secretHash: secret.secretHash,
      hint: secret.hint,
      ...(expiresAt ? { expiresAt } : {}),
    },
    { event: apiKeyCreated, at, data: { makerId } },
  )

const HOUR_MS = 3_600_000

/** Gives it another secret. The one before is good for so many hours; without any, what it was exchanged for is void at once, too. */
export function rotate(key: ApiKey, secret: Stored, overlapHours: number, at: string): Change<ApiKey> {
  const until = new Date(Date.parse(at) + overlapHours * HOUR_MS).toISOString()
  const old = overlapHours > 0 ? { retiring: { secretHash: key.secretHash, until } } : { retiring: undefined, validAfter: at }
  const patch = { secretHash: secret.secretHash, hint: secret.hint, ...old } as Partial<ApiKey>
  return changed<ApiKey>(key, patch, { event: apiKeyRotated, at, data: { oldEndsAt: until } })
}

export const { give: giveKey, take: takeFromKey } = holdings<ApiKey>(apiKeyRolesChanged)

export const remove = (key: ApiKey, at: string): Change<ApiKey> => changed<ApiKey>(key, { deletedAt: at }, { event: apiKeyDeleted, at })

/** Until when a secret opens the key, from this moment on; nothing where it does not. */
export function goodUntil({ deletedAt, expiresAt, secretHash, retiring }: ApiKey, hash: string, now: string): string | undefined {
  const ends = hash === secretHash ? LAST : hash === retiring?.secretHash ? retiring.until : ''
  const until = [ends, expiresAt ?? LAST].sort()[0] ?? ''
  return !deletedAt && until > now ? until : undefined
}

const LAST = '9999-12-31T23:59:59.999Z'

/** Once an hour is often enough to see whether a key is used. */
export const isUseDue = ({ lastUsedAt }: ApiKey, now: string) =>
  lastUsedAt === undefined || Date.parse(now) - Date.parse(lastUsedAt) >= HOUR_MS
