import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { Id, orNull, PageQuery, Timestamp } from '../../shared/schema.ts'
import { NOT_SEALED_YET, TREE_TOO_SMALL } from './problems.ts'

/** Standard base64. */
const Base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/)

/** How far the record came, signed: as many entries in this order, and no others. */
export const Checkpoint = z.object({
  /** The root in hexadecimal digits. */
  id: z.string(),
  treeSize: z.number().int(),
  rootHash: Base64,
  /** The signed note (C2SP tlog-checkpoint), to be kept as it is. */
  note: z.string(),
  /** The public key that signed it, as C2SP signed-note writes keys. */
  key: z.string(),
  createdAt: Timestamp,
})

export const InclusionProof = z.object({
  entryId: Id('aud'),
  leafIndex: z.number().int(),
  leafHash: Base64,
  treeSize: z.number().int(),
  /** Hashes that lead from the leaf to the root, from below. */
  path: z.array(Base64),
  /** Signs the root; absent where no checkpoint was made of exactly so many entries. */
  checkpoint: orNull(Checkpoint),
  /** The entry as it is stored, which the leaf is the hash of. */
  form: z.record(z.string(), z.unknown()),
})

export const ConsistencyProof = z.object({
  from: z.number().int(),
  to: z.number().int(),
  path: z.array(Base64),
  fromCheckpoint: orNull(Checkpoint),
  toCheckpoint: orNull(Checkpoint),
})

const Size = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/, 'Must be a number of entries, such as 1000')
  .transform(Number)

export const listCheckpoints = endpoint({
  route: 'GET /api/v1/audit/checkpoints',
  summary: 'Signed checkpoints of the audit trail, newest first.',
  permission: 'audit:read',
  query: z.object(PageQuery),
  reply: Checkpoint,
  list: true,
  reads: ['SEALED'],
})

export const getLatestCheckpoint = endpoint({
  route: 'GET /api/v1/audit/checkpoints/latest',
  summary: 'The latest signed checkpoint of the audit trail.',
  description:
    'Keep its `note` outside of this product: whatever is proven later can be compared with it. An entry is in a checkpoint within a minute.',
  permission: 'audit:read',
  reply: Checkpoint,
  fails: [NOT_SEALED_YET],
  reads: ['SEALED'],
})

export const getInclusionProof = endpoint({
  route: 'GET /api/v1/audit/proofs/inclusion',
  summary: 'Proves that an entry stands in the audit trail as it was sealed.',
  description: 'RFC 6962, 2.1.1. `verify/tessera-verify.mjs` checks the answer, saved as a file that ends with `.json`, without a network.',
  permission: 'audit:read',
  query: z.object({ entryId: Id('aud'), treeSize: Size.optional() }),
  reply: InclusionProof,
  fails: [NOT_SEALED_YET, TREE_TOO_SMALL],
  reads: ['AUDIT', 'SEALED'],
})

export const getConsistencyProof = endpoint({
  route: 'GET /api/v1/audit/proofs/consistency',
  summary: 'Proves that the audit trail begins with all that it held at an earlier checkpoint, unchanged.',
  description: 'RFC 6962, 2.1.2. Without `to` it leads to the latest checkpoint.',
  permission: 'audit:read',
  query: z.object({ from: Size, to: Size.optional() }),
  reply: ConsistencyProof,
  fails: [NOT_SEALED_YET, TREE_TOO_SMALL],
  reads: ['SEALED'],
})
