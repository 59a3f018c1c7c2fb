import { keptDaysOf } from '../../events/known.ts'
import { ulidOf } from '../../shared/ids.ts'
import { pack, unpack } from '../../shared/pack.ts'
import { auditKey } from '../../shared/store/audit-keys.ts'
import { entity, type Versioned } from '../../shared/store/entity.ts'
import { tenantPartition } from '../../shared/store/keys.ts'
import { alone, put, putNew, toItem, type Write } from '../../shared/store/writes.ts'
import { type AuditEntry, activityOf } from './audit-entry.ts'
import { indexesOf, type Listed, rowsOf, tagsOf } from './audit-lists.ts'

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
  once: true,
  key: ({ id, organizationId }) => auditKey(organizationId, id),
  indexes: indexesOf,
})

type Open = Omit<StoredEntry, 'packed'>

/** What stands open, and so is packed for next to nothing. */
const known = ({ id, createdAt, actorId, action, resourceId }: Open) => [id, createdAt, actorId, action, resourceId].join(' ')

export function toStored(organizationId: string, entry: AuditEntry): StoredEntry {
  const { id, timestamp, action, success, actor, resource, ipAddress, clientRequestId, eventId: _sharesTheId, ...rest } = entry
  const about = { actorId: actor.id, action, resourceType: resource.type, resourceId: resource.id, success }
  const dates = { createdAt: timestamp, updatedAt: timestamp }
  const open: Open = { id, organizationId, version: 1, ...dates, ...about, ...(ipAddress ? { ip: ipAddress } : {}) }
  const from = actor.organizationId ? { actorOrganizationId: actor.organizationId } : {}
  const caller = clientRequestId === null ? {} : { clientRequestId }
  const closed = { ...rest, ...caller, actorKind: actor.kind, actorName: actor.name, ...from, resourceName: resource.name }
  return { ...open, packed: pack(closed, known(open)) }
}

export function fromStored({ packed, ...open }: StoredEntry): AuditEntry {
  const { actorKind, actorName, actorOrganizationId = null, resourceName, clientRequestId = null, ...rest } = unpack(packed, known(open))
  const { id, createdAt, actorId, action, resourceType, resourceId, success, ip } = open
  const whole = {
    id,
    timestamp: createdAt,
    action,
    success,
    ipAddress: ip ?? null,
    eventId: `evt_${ulidOf(id)}`,
    actor: { id: actorId, kind: actorKind, name: actorName, organizationId: actorOrganizationId },
    resource: { type: resourceType, id: resourceId, name: resourceName },
    ...rest,
    clientRequestId,
  }
  return whole as AuditEntry
}

const DAY_MS = 86_400_000

/** When an entry may be cleaned away: most never. */
function endOf({ action, timestamp }: AuditEntry): string | undefined {
  const days = keptDaysOf(action)
  return days === undefined ? undefined : new Date(Date.parse(timestamp) + days * DAY_MS).toISOString()
}

/** Writes an entry that is not there yet. What the key and `createdAt` tell already is not kept: most entries then fit into 1 KB. */
export function putEntry(tenant: string, entry: AuditEntry): Write {
  const { organizationId: _inTheKey, updatedAt: _asCreated, ...item } = toItem(auditEntries, toStored(tenant, entry))
  return alone(putNew(auditKey(tenant, entry.id), item, 'CONFLICT', endOf(entry)))
}

export const toListed = (entry: AuditEntry): Listed => ({
  id: entry.id,
  actorId: entry.actor.id,
  action: entry.action,
  resourceType: entry.resource.type,
  resourceId: entry.resource.id,
  success: entry.success,
  ip: entry.ipAddress ?? undefined,
  activityOf: activityOf(entry),
})

/** A row of a list: it names an entry. */
export interface StoredRow {
  id: string
  tags: string
}

/** Where the rows of an entry lie. */
export const rowKeys = (tenant: string, entry: AuditEntry) =>
  rowsOf(toListed(entry)).map(({ partition }) => ({ pk: tenantPartition(tenant, partition), sk: entry.id }))

/** Writes the rows that list an entry, each by itself; once more changes nothing, for they follow from it. */
export function putRows(tenant: string, entry: AuditEntry): Write[] {
  const listed = toListed(entry)
  return rowsOf(listed).map(({ partition, indexes }) => {
    const keys = Object.entries(indexes).map(([index, each]) => ({
      [`${index}pk`]: tenantPartition(tenant, each),
      [`${index}sk`]: entry.id,
    }))
    const key = { pk: tenantPartition(tenant, partition), sk: entry.id }
    return alone(put(key, Object.assign({ id: entry.id, tags: tagsOf(listed) }, ...keys), undefined, 'CONFLICT', endOf(entry)))
  })
}
