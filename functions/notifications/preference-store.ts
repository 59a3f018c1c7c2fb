import { itemKey, type Key } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { put, type Write } from '../../shared/store/writes.ts'
import { type Channel, isRefusable, type Preferences, preferencesOf } from './preferences.ts'

/** `T#PREFERENCES#<usr>` / ITEM: only what the person chose in this organization; no aggregate, like the inbox. */
const keyOf = (tenant: string, userId: string): Key => itemKey(tenant, 'PREFERENCES', userId)

interface Stored {
  chosen: Partial<Preferences>
}

export async function readPreferences(tenant: Tenant, userId: string): Promise<Preferences> {
  const [stored] = await tenant.read<Stored>(keyOf(tenant.id, userId))
  return preferencesOf(stored?.chosen)
}

export const keepPreferences = (tenant: string, userId: string, chosen: Preferences): Write => put(keyOf(tenant, userId), { chosen })

/** May a message of this kind reach the person so? What they cannot refuse always may. */
export const wants = async (tenant: Tenant, userId: string, type: string, channel: Channel): Promise<boolean> =>
  !isRefusable(type) || (await readPreferences(tenant, userId))[type][channel]
