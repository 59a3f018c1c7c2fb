import { apiKeyKey } from '../../shared/store/keys.ts'
import type { Table } from '../../shared/store/table.ts'
import { patch, put, putNew, remove, strip, type Write } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { type ApiKey, apiKeys, isUseDue } from './api-key.ts'

/** Where a key lies, found by the hash of its secret, and by its id for what is asked before any organization is known. */
export interface KeyPlace {
  organizationId: string
  keyId: string
  makerId: string
}

const placeOf = ({ id, organizationId, makerId }: ApiKey): KeyPlace => ({ organizationId, keyId: id, makerId })

/** A new key is found from now on. */
export const findable = (key: ApiKey): Write[] => [putNew(apiKeyKey(key.id), { ...placeOf(key) }, 'CONFLICT'), foundBy(key)]

const foundBy = (key: ApiKey): Write => putNew(apiKeyKey(key.secretHash), { ...placeOf(key) }, 'CONFLICT')

/** Of a key with another secret: the one before is found as long as it is good, and the one before that not any more. */
export function refound(before: ApiKey, after: ApiKey): Write[] {
  const { retiring } = after
  const old = retiring
    ? put(apiKeyKey(retiring.secretHash), { ...placeOf(after) }, undefined, 'CONFLICT', retiring.until)
    : remove(apiKeyKey(before.secretHash))
  return [foundBy(after), old, ...(before.retiring ? [remove(apiKeyKey(before.retiring.secretHash))] : [])]
}

export const unfound = ({ id, secretHash, retiring }: ApiKey): Write[] =>
  [id, secretHash, ...(retiring ? [retiring.secretHash] : [])].map((each) => remove(apiKeyKey(each)))

async function findPlace(lookups: Pick<Table, 'read'>, hashOrId: string): Promise<KeyPlace | undefined> {
  const [item] = await lookups.read([apiKeyKey(hashOrId)])
  return item && strip<KeyPlace>(item)
}

export const findByHash = (lookups: Pick<Table, 'read'>, secret: string) => findPlace(lookups, hashOf(secret))
export const findById = (lookups: Pick<Table, 'read'>, keyId: string) => findPlace(lookups, keyId)

/** Notes that it is used, where that was not noted within the hour. */
export const noteUse = (key: ApiKey, now: string): Write[] => (isUseDue(key, now) ? [patch(apiKeys.keyOf(key), { lastUsedAt: now })] : [])
