import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda'
import { decide } from '../access/evaluate.ts'
import type { Endpoint } from '../endpoint.ts'
import { type Problem, problem } from '../errors.ts'
import type { EventMetadata } from '../event.ts'
import type { Versioned } from '../store/entity.ts'
import { rateKey } from '../store/keys.ts'
import { strip } from '../store/stored-item.ts'
import { type Table, tableFor } from '../store/table.ts'
import { openTenant, type Tenant } from '../store/tenant.ts'
import { logger } from '../telemetry.ts'
import { barredFor, claimsOf, deniedFor, gateKeys, gateOf, type OpenGate, policy, recordDenial, tenantOf } from './admit.ts'
import { answerOf } from './answer.ts'
import type { Actor, Base, Call, Claims, ServeOptions } from './call.ts'
import { recordSession } from './first-request.ts'
import { type Idempotency, idempotencyOf } from './idempotency.ts'
import { countCall, type Limit, limitHeaders } from './limit.ts'
import { metadataOf } from './metadata.ts'
import { checkState, resourceKeyOf } from './resource.ts'

const DEFAULT_PER_USER = 300

interface Admitted extends OpenGate {
  claims: Claims
  tenantId: string
  table: Table
  idempotency: Idempotency | undefined
  /** What an earlier request with the same key left. */
  earlier: Record<string, unknown> | undefined
  resource: Versioned | undefined
}

function limitOf(contract: Endpoint, tenantId: string, caller: string, table: Table): Limit {
  return {
    caller: `${tenantId}#${caller}#${contract.route}`,
    perMinute: contract.limitPerMinute ?? DEFAULT_PER_USER,
    key: (window) => rateKey(tenantId, caller, `${contract.route}#${window}`),
    table,
  }
}

/** The one batch: organization, principal, session, idempotency record, resource; the shared rate counter beside it. */
async function admit(
  contract: Endpoint,
  base: Base,
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
  options?: ServeOptions<Versioned>,
): Promise<Admitted> {
  const claims = claimsOf(event.requestContext.authorizer?.jwt?.claims)
  const tenantId = tenantOf(base, claims)
  const table = tableFor(tenantId, base.meter)
  const counted = countCall(limitOf(contract, tenantId, claims.username, table), Date.parse(base.now))
  const idempotency = idempotencyOf(contract, base, tenantId, claims.username)
  const resourceKey = resourceKeyOf(contract, base, tenantId, options)
  const keys = [...gateKeys(tenantId, claims), ...(idempotency ? [idempotency.key] : []), ...(resourceKey ? [resourceKey] : [])]
  const [state, items] = await Promise.all([counted, table.read(keys)])
  Object.assign(base.answer.headers, limitHeaders(state))
  const found = resourceKey ? items.at(-1) : undefined
  const resource = found ? strip<Versioned>(found) : undefined
  return { ...gateOf(items, claims, base.now), claims, tenantId, table, idempotency, earlier: idempotency && items[3], resource }
}

function openFor(contract: Endpoint, base: Base, admitted: Admitted, metadata: EventMetadata): Tenant {
  const { tenantId, idempotency, organization } = admitted
  const { cursor: _cursor, limit: _limit, ...filters } = (base.query ?? {}) as Record<string, unknown>
  const list = `${contract.route}?${JSON.stringify([base.params, Object.entries(filters).sort()])}`
  return openTenant(
    {
      ...{ id: tenantId, meter: base.meter, now: base.now, metadata },
      cursor: { key: organization.cursorKey, list },
      ...(idempotency ? { alongside: (reply: unknown) => [idempotency.record(answerOf(contract, reply, base))] } : {}),
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
): Promise<unknown> {
  const admitted = await admit(contract, base, event, options)
  const { principal, organization, claims, tenantId, table, resource } = admitted
  const actor: Actor = { id: principal.id, kind: principal.kind, name: `${principal.firstName} ${principal.lastName}` }
  const metadata = metadataOf(contract, base, { ...actor, sessionId: claims.origin_jti })
  logger.appendKeys({ organizationId: organization.id, actorId: principal.id })
  const tenant = openFor(contract, base, admitted, metadata)
  const refuse = async (denied: Problem): Promise<never> => {
    await recordDenial(contract, tenant, base, principal.id, denied)
    throw denied
  }
  const barred = barredFor(admitted)
  if (barred) return refuse(barred)
  const session = admitted.session ?? (await recordSession({ ...base, claims, table, tenant }))
  const denied = deniedFor(contract, { principal, organization, session }, base.now)
  if (denied) return refuse(denied)
  // What is not there for this caller is not there, whatever stands in the body.
  if (options && !resource) throw problem('NOT_FOUND')
  if (invalid) throw invalid
  // A repeated request is answered from its record, however the resource has moved on since.
  admitted.idempotency?.meet(admitted.earlier)
  if (options && resource) checkState(resource, base, options)
  const call: Call<Endpoint, unknown> = {
    ...base,
    ...{ tenant, actor, organization, principal, session, policy, claims, resource, metadata },
    lookups: tableFor(undefined, base.meter),
    enter: (id, as) =>
      id === tenantId
        ? tenant
        : openTenant({ id, meter: base.meter, now: base.now, metadata: as ? metadataOf(contract, base, as) : metadata }),
    allowed: (permission) => decide({ principal, policy, permission, now: base.now }).allowed,
  }
  return handler(call)
}
