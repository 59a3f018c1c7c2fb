import type * as z from 'zod'
import { applicationRecorded } from '../../events/audit.ts'
import type { ActorKind, DomainEvent } from '../../shared/event.ts'
import { maskSecrets } from '../../shared/mask-secrets.ts'
import { auditId } from '../../shared/store/audit-keys.ts'
import { isActivity } from './activities.ts'
import { APPLICATION, isRefusal } from './audit-lists.ts'
import type { AuditEntry as Shown } from './contract.ts'

export type AuditEntry = z.output<typeof Shown>

/** Whose activity an entry tells of: who is not signed in yet is whom it concerns. */
export const activityOf = ({ action, actor, resource }: AuditEntry) =>
  isActivity(action) ? (resource.type === 'user' ? resource.id : actor.id) : undefined

function reasonOf({ reason, missing, code }: Record<string, unknown>): string | null {
  if (missing !== undefined) return `It takes the permission ${[missing].flat().join(', ')}.`
  return String(reason ?? code ?? 'It was refused.')
}

const NAMES: Partial<Record<ActorKind, string>> = { system: 'Tessera', anonymous: 'Not signed in' }

/** Somebody is always named: by themselves, by their kind, as what they changed, at the least by their id. */
function actorOf({ metadata, aggregateId, aggregateName }: DomainEvent): AuditEntry['actor'] {
  const { actorId: id, actorKind: kind, actorName, actorOrganizationId } = metadata
  const own = aggregateId === id ? aggregateName : undefined
  return { id, kind, name: actorName || NAMES[kind] || own || id, organizationId: actorOrganizationId ?? null }
}

/** What an application told is its own word throughout: it stands apart from ours, and beside it who sent it. */
function asTold(entry: AuditEntry, { data, metadata }: DomainEvent): AuditEntry {
  const told = applicationRecorded.data.safeParse(data)
  if (!told.success) return entry
  const { action, actor, success, reason, ipAddress = null, userAgent = null, occurredAt, details } = told.data
  const recordedBy = { id: entry.actor.id, name: entry.actor.name, ipAddress: metadata.ipAddress }
  const who: AuditEntry['actor'] = { id: `app:${actor?.id}`, kind: 'external', name: actor?.name ?? actor?.id ?? '', organizationId: null }
  return {
    ...entry,
    action: APPLICATION + action,
    actor: actor ? who : entry.actor,
    success,
    errorMessage: success ? null : (reason ?? reasonOf({})),
    details: { ...details, recordedBy, ...(occurredAt === undefined ? {} : { occurredAt }) },
    ipAddress,
    userAgent,
    sessionId: null,
  }
}

/** What the record says of an event. */
export function toEntry(event: DomainEvent): AuditEntry {
  const entry = entryOf(event)
  return event.type === applicationRecorded.name ? asTold(entry, event) : entry
}

function entryOf(event: DomainEvent): AuditEntry {
  const { metadata, data } = event
  const success = !isRefusal(event.type)
  return {
    id: auditId(event.id),
    timestamp: event.timestamp,
    actor: actorOf(event),
    action: event.type,
    resource: { type: event.aggregateType, id: event.aggregateId, name: event.aggregateName ?? null },
    success,
    errorMessage: success ? null : reasonOf(data),
    changes: maskSecrets(event.changes),
    details: data,
    ipAddress: metadata.ipAddress ?? null,
    userAgent: metadata.userAgent ?? null,
    sessionId: metadata.sessionId ?? null,
    requestId: metadata.requestId,
    clientRequestId: metadata.clientRequestId ?? null,
    correlationId: metadata.correlationId,
    eventId: event.id,
  }
}
