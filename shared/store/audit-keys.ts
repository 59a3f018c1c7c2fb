import { decodeTime, encodeTime } from 'ulid'
import { ulidOf } from '../ids.ts'
import { type Key, shardOf, tenantPartition } from './keys.ts'

/** Spreads a month of a busy tenant, as a partition takes 1,000 writes a second. */
export const AUDIT_SHARDS = 4

/** An entry shares the sortable part of its event's id, so that each can be found from the other. */
export const auditId = (eventId: string) => `aud_${ulidOf(eventId)}`

/** `2026-01` */
export const monthOf = (epochMs: number) => new Date(epochMs).toISOString().slice(0, 7)

/** The partitions of a month, relative to the tenant. */
export const monthPartitions = (month: string) => Array.from({ length: AUDIT_SHARDS }, (_, shard) => `AUDIT#${month}#${shard}`)

export const timeOf = (id: string) => decodeTime(ulidOf(id).toUpperCase())

/** The first and the last id with this prefix that a moment can have. */
export const firstIdAt = (prefix: string, epochMs: number) => `${prefix}_${encodeTime(epochMs, 10).toLowerCase()}${'0'.repeat(16)}`
export const lastIdAt = (prefix: string, epochMs: number) => `${prefix}_${encodeTime(epochMs, 10).toLowerCase()}${'z'.repeat(16)}`

/** Can it ever have been made? The first digit of a ULID is 7 at most, or its time is more than 48 bits hold. */
export const isDated = (id: string) => /^[0-7]/.test(ulidOf(id))

function monthOfId(id: string) {
  try {
    return monthOf(timeOf(id))
  } catch {
    // Nothing was ever stored under such an id.
    return 'never'
  }
}

/** An entry's id says in which month it lies. */
export const auditKey = (tenant: string, id: string): Key => ({
  pk: tenantPartition(tenant, 'AUDIT', monthOfId(id), String(shardOf(id, AUDIT_SHARDS))),
  sk: id,
})
