import { pack, unpack } from '../../shared/pack.ts'
import { auditKey } from '../../shared/store/audit-keys.ts'
import { entity, type Versioned } from '../../shared/store/entity.ts'
import { putNew, toItem, type Write } from '../../shared/store/writes.ts'
import type { AuditEntry } from './audit-entry.ts'

/** Lists that an index serves; partitions relative to the tenant, sorted by id. */
export const byActor = (actorId: string) => `AUDIT#ACTOR#${actorId}`
export const byResource = (type: string, id: string) => `AUDIT#RESOURCE#${type}#${id}`
export const byAction = (action: string) => `AUDIT#ACTION#${action}`

/** What lists filter by stands open, the rest is packed: each entry is kept four times, indexes included. */
export interface StoredEntry extends Versioned {
  actorId: string
  action: string
  resourceType: string
  resourceId: string
  success: boolean
  ip?: string
  packed: Uint8Array
}

/** An entry never changes, so it has one version and no events of its own. */
export const auditEntries = entity<StoredEntry>({
  name: 'AUDIT',
  key: ({ id, organizationId }) => auditKey(organizationId, id),
  indexes: ({ id, actorId, resourceType, resourceId, action }) => ({
    g1: [byActor(actorId), id],
    g2: [byResource(resourceType, resourceId), id],
    g3: [byAction(action), id],
  }),
})

export function toStored(organizationId: string, entry: AuditEntry): StoredEntry {
  const { id, timestamp, action, success, actor, resource, ipAddress, ...rest } = entry
  return {
    ...{ id, organizationId, version: 1, createdAt: timestamp, updatedAt: timestamp },
    ...{
      actorId: actor.id,
      action,
      resourceType: resource.type,
      resourceId: resource.id,
      success,
      ...(ipAddress ? { ip: ipAddress } : {}),
    },
    packed: pack({ ...rest, actorKind: actor.kind, actorName: actor.name, resourceName: resource.name }),
  }
}

export function fromStored({ packed, ...open }: StoredEntry): AuditEntry {
  const { actorKind, actorName, resourceName, ...rest } = unpack(packed)
  const { id, createdAt, actorId, action, resourceType, resourceId, success, ip } = open
  const whole = {
    ...{ id, timestamp: createdAt, action, success, ipAddress: ip ?? null },
    actor: { id: actorId, kind: actorKind, name: actorName },
    resource: { type: resourceType, id: resourceId, name: resourceName },
    ...rest,
  }
  return whole as AuditEntry
}

/** Writes an entry that is not there yet. */
export const putEntry = (organizationId: string, entry: AuditEntry): Write =>
  putNew(auditKey(organizationId, entry.id), toItem(auditEntries, toStored(organizationId, entry)), 'CONFLICT')
