import type { Endpoint } from '../endpoint.ts'
import type { EventMetadata } from '../event.ts'
import type { Actor, Base } from './call.ts'

/** What every event that a request writes says about the request. */
export const metadataOf = (contract: Endpoint, base: Base, actor: Actor & { sessionId?: string }): EventMetadata => ({
  actorId: actor.id,
  actorKind: actor.kind,
  ...(actor.name ? { actorName: actor.name } : {}),
  ...(actor.organizationId ? { actorOrganizationId: actor.organizationId } : {}),
  ...(actor.sessionId ? { sessionId: actor.sessionId } : {}),
  correlationId: base.correlationId,
  requestId: base.requestId,
  ...(base.clientRequestId ? { clientRequestId: base.clientRequestId } : {}),
  ipAddress: base.client.ip,
  userAgent: base.client.userAgent,
  source: contract.route,
})
