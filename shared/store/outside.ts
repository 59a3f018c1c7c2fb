import { config } from '../config.ts'
import { transact } from './commit.ts'
import type { Table } from './table.ts'
import type { Write } from './writes.ts'

/** Nobody's word: what is written leaves no event, so it needs no actor. */
const metadata = { actorId: 'system', actorKind: 'system' as const, correlationId: '', requestId: '', source: '' }

/** One transaction on look-ups that belong to no tenant and leave no event. Throws `Conflict`. */
export const transactOutside = (lookups: Table, now: string, writes: readonly Write[]): Promise<void> =>
  transact(lookups, { tableName: config.tableName, organizationId: '', now, metadata }, writes)
