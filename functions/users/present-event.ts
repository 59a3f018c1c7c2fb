import type * as z from 'zod'
import type { DomainEvent } from '../../shared/event.ts'
import type { UserEvent } from './contract.ts'

export const toUserEvent = (event: DomainEvent): z.input<typeof UserEvent> => ({
  ...event,
  actor: { id: event.metadata.actorId, kind: event.metadata.actorKind, name: event.metadata.actorName ?? null },
  requestId: event.metadata.requestId,
  correlationId: event.metadata.correlationId,
})
