import { lists } from '../../shared/resource/verbs.ts'
import { CHECKPOINTS } from '../../shared/store/sealed-keys.ts'
import { listCheckpoints } from './contract.ts'
import { toCheckpoint } from './prove.ts'
import type { StoredCheckpoint } from './tree-store.ts'

export const handler = lists(
  listCheckpoints,
  ({ tenant, query: { limit, cursor } }) =>
    tenant.list<StoredCheckpoint>({ partitions: [CHECKPOINTS], order: 'descending', limit, cursor, consistent: true }),
  toCheckpoint,
)
