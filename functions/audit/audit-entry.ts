import type * as z from 'zod'
import type { ActorKind, DomainEvent } from '../../shared/event.ts'
import { maskSecrets } from '../../shared/mask-secrets.ts'
import { auditId } from '../../shared/store/audit-keys.ts'
import type { AuditEntry as Shown } from './contract.ts'

export type AuditEntry = z.output<typeof Shown>

/** Events with such names tell that somebody was not let through. */
const REFUSAL = /\.(failed|denied|escalation_attempted)$/

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

/** What the record says of an event. */
export function toEntry(event: DomainEvent): AuditEntry {
  const { metadata, data } = event
  const success = !REFUSAL.test(event.type)
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
