import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda'
import { decide } from '../access/evaluate.ts'
import { config } from '../config.ts'
import type { Endpoint } from '../endpoint.ts'
import { type Problem, problem } from '../errors.ts'
import type { EventMetadata } from '../event.ts'
import { logger } from '../telemetry.ts'
import { ipRateKey, type Key, rateKey } from '../store/keys.ts'
import type { Versioned } from '../store/entity.ts'
import { type Table, tableFor } from '../store/table.ts'
import { openTenant, type Tenant } from '../store/tenant.ts'
import { strip } from '../store/writes.ts'
import { checkGate, claimsOf, decideFor, type Gate, gateKeys, policy, recordDenial, tenantOf } from './admit.ts'
import type { Actor, Call, Claims, PublicCall } from './call.ts'
import { type Idempotency, idempotencyOf } from './idempotency.ts'
import { countCall, type Limit, limitHeaders } from './limit.ts'
import { etagOf, matches } from './respond.ts'
import { present } from './present.ts'
import type { Base, ServeOptions } from './serve.ts'

const DEFAULT_PER_USER = 300

type Outcome = { call: PublicCall<Endpoint>; reply: unknown }

const metadataOf = (contract: Endpoint, base: Base, actor: Actor & { sessionId?: string }): EventMetadata => ({
  actorId: actor.id,
  actorKind: actor.kind,
  ...(actor.name ? { actorName: actor.name } : {}),
  ...(actor.sessionId ? { sessionId: actor.sessionId } : {}),
  correlationId: base.correlationId,
  requestId: base.requestId,
  ipAddress: base.client.ip,
  userAgent: base.client.userAgent,
  source: contract.route,
})

async function counted(limit: Limit, base: Base) {
  const state = await countCall(limit, Date.parse(base.now))
  Object.assign(base.answer.headers, limitHeaders(state))
}

/** A call without a token: counted per IP address; reaches look-ups, and tenants only through them. */
export async function runPublic(
  contract: Endpoint & { public: string },
  base: Base,
  invalid: Problem | undefined,
  handler: (call: unknown) => unknown,
): Promise<Outcome> {
  const lookups = tableFor(undefined, base.meter)
  const { ip } = base.client
  const perMinute = contract.limitPerMinute ?? config.ipLimitPerMinute
  await counted({ caller: ip, perMinute, key: (window) => ipRateKey(ip, window), table: lookups }, base)
  if (invalid) throw invalid
  const enter: PublicCall<Endpoint>['enter'] = (id, actor = { id: 'anonymous', kind: 'anonymous' }) =>
    openTenant({ id, meter: base.meter, now: base.now, metadata: metadataOf(contract, base, actor) })
  const call = { ...base, lookups, enter }
  return { call, reply: await handler(call) }
}

interface Admitted extends Gate {
  claims: Claims
  tenantId: string
  table: Table
  idempotency: Idempotency | undefined
  /** What an earlier request with the same key left. */
  earlier: Record<string, unknown> | undefined
  resource: unknown
}

/** The one batch: organization, principal, session, idempotency record, resource; the shared rate counter beside it. */
async function admit(contract: Endpoint, base: Base, event: APIGatewayProxyEventV2WithJWTAuthorizer, options?: ServeOptions<Versioned>): Promise<Admitted> {
  const claims = claimsOf(event.requestContext.authorizer?.jwt?.claims)
  const tenantId = tenantOf(base, claims)
  const table = tableFor(tenantId, base.meter)
  const idempotency = idempotencyOf(contract, base, tenantId, claims.username)
  // A resource without an id in its route is the only one of the tenant: its organization.
  const id = contract.route.includes('{id}') ? (base.params as { id?: string } | undefined)?.id : tenantId
  const resourceKey = options && id !== undefined ? options.resource.keyOf({ id, organizationId: tenantId }) : undefined
  const keys = [...gateKeys(tenantId, claims), ...(idempotency ? [idempotency.key] : []), ...(resourceKey ? [resourceKey] : [])]
  const caller = claims.username
  const limit: Limit = {
    caller: `${tenantId}#${caller}`,
    perMinute: contract.limitPerMinute ?? DEFAULT_PER_USER,
    key: (window): Key => rateKey(tenantId, caller, `${contract.route}#${window}`),
    table,
  }
  const [items] = await Promise.all([table.read(keys), counted(limit, base)])
  const gate = checkGate(contract, items, base.now)
  const found = resourceKey ? items.at(-1) : undefined
  return { ...gate, claims, tenantId, table, idempotency, earlier: idempotency && items[3], resource: found ? strip(found) : undefined }
}

function checkResource(resource: unknown, base: Base, options: ServeOptions<Versioned> | undefined) {
  if (!options) return
  const item = resource as { deletedAt?: string; version?: number } | undefined
  if (!item) throw problem('NOT_FOUND')
  if (item.deletedAt && options.deleted !== 'allowed') throw problem('DELETED', { details: { deletedAt: item.deletedAt } })
  if (base.ifMatch && item.version !== undefined && !matches(base.ifMatch, etagOf(item.version))) throw problem('PRECONDITION_FAILED')
}

function openFor(contract: Endpoint, base: Base, admitted: Admitted, metadata: EventMetadata): Tenant {
  const { tenantId, idempotency, organization } = admitted
  const { cursor: _cursor, limit: _limit, ...filters } = (base.query ?? {}) as Record<string, unknown>
  const list = `${contract.route}?${JSON.stringify([base.params, Object.entries(filters).sort()])}`
  return openTenant(
    {
      ...{ id: tenantId, meter: base.meter, now: base.now, metadata },
      cursor: { key: organization.cursorKey, list },
      ...(idempotency ? { alongside: (reply: unknown) => [idempotency.record(present(contract, reply))] } : {}),
      onConflict: (stored) => {
        idempotency?.meet(stored)
        throw problem('REQUEST_IN_PROGRESS')
      },
    },
    admitted.table,
  )
}

/** A call with a token. Wrong input is told only after access is decided. */
export async function runSigned(
  contract: Endpoint,
  base: Base,
  invalid: Problem | undefined,
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
  options: ServeOptions<Versioned> | undefined,
  handler: (call: unknown) => unknown,
): Promise<Outcome> {
  const admitted = await admit(contract, base, event, options)
  const { principal, session, organization, claims, resource } = admitted
  const name = `${principal.firstName} ${principal.lastName}`
  const actor: Actor = { id: principal.id, kind: principal.kind, name }
  logger.appendKeys({ organizationId: organization.id, actorId: principal.id })
  const tenant = openFor(contract, base, admitted, metadataOf(contract, base, { ...actor, sessionId: session.id }))
  const decision = decideFor(contract, principal, base.now)
  if (decision && !decision.allowed) {
    await recordDenial(contract, tenant, base, principal.id, decision.missing)
    throw problem('FORBIDDEN', { message: `You may not do this: it takes the permission ${decision.missing}.`, details: { missing: decision.missing } })
  }
  // What is not there for this caller is not there, whatever stands in the body.
  checkResource(resource, base, options)
  if (invalid) throw invalid
  admitted.idempotency?.meet(admitted.earlier)
  const call: Call<Endpoint, unknown> = {
    ...base,
    ...{ tenant, actor, organization, principal, session, policy, claims, resource },
    metadata: metadataOf(contract, base, { ...actor, sessionId: session.id }),
    lookups: tableFor(undefined, base.meter),
    enter: () => tenant,
    allowed: (permission) => decide({ principal, policy, permission, now: base.now }).allowed,
  }
  return { call, reply: await handler(call) }
}
