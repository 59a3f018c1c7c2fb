import { type Key, tenantPartition } from './keys.ts'

/** Where a tenant's sealed record lies. All of it is under one name, `SEALED`; partitions are relative to the tenant. */
export const CHECKPOINTS = 'SEALED#CHECKPOINTS'
export const LEAVES = 'SEALED#LEAVES'
export const TILES = 'SEALED#TILES'

/** Of any count that JavaScript holds. */
export const numberKey = (count: number) => String(count).padStart(16, '0')

/** A checkpoint is known by the size of the tree before it: of two who seal at once, one finds its place taken. */
export const checkpointKey = (tenant: string, sizeBefore: number): Key => ({
  pk: tenantPartition(tenant, CHECKPOINTS),
  sk: numberKey(sizeBefore),
})

/** Entries that follow one another both by their ids and by their leaves, by the first id. */
export const leavesKey = (tenant: string, firstId: string): Key => ({ pk: tenantPartition(tenant, LEAVES), sk: firstId })

export const tileKey = (tenant: string, { level, index }: { level: number; index: number }): Key => ({
  pk: tenantPartition(tenant, TILES),
  sk: `${level}#${numberKey(index)}`,
})
