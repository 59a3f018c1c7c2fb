import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda'
import { decide } from '../access/evaluate.ts'
import type { Endpoint } from '../endpoint.ts'
import { type Problem, problem } from '../errors.ts'
import type { Versioned } from '../store/entity.ts'
import { rateKey } from '../store/keys.ts'
import { type Item, type Table, tableFor } from '../store/table.ts'
import { openTenant } from '../store/tenant.ts'
import { logger } from '../telemetry.ts'
import {
  barredFor,
  claimsOf,
  deniedFor,
  gateKeys,
  gateOf,
  isMember,
  isUnentered,
  type OpenGate,
  policy,
  recordDenial,
  tenantOf,
} from './admit.ts'
import type { Actor, Base, Call, Claims, ServeOptions } from './call.ts'
import { enterCustomer, linkKeysOf } from './customer.ts'
import { recordSession } from './first-request.ts'
import { countCall, type Limit, limitHeaders } from './limit.ts'
import { metadataOf } from './metadata.ts'
import { checkState } from './resource.ts'
import { noteUse } from './session-use.ts'
import { foundAt, keysOf, openSite, type Site, siteOf } from './site.ts'

const DEFAULT_PER_USER = 300

interface Admitted extends OpenGate {
  claims: Claims
  /** The caller's own organization; for a customer's contract, nothing but the link is looked for in it. */
  site: Site
  /** What was read beside the gate. */
  rest: (Item | undefined)[]
}

/** Counts over all tenants, so that naming another one is no way around it. */
function limitOf(contract: Endpoint, person: string, table: Table): Limit {
  return {
    caller: `${person}#${contract.route}`,
    perMinute: contract.limitPerMinute ?? DEFAULT_PER_USER,
    key: (window) => rateKey(person, `${contract.route}#${window}`),
    table,
  }
}

/**
 * The one batch: organization, principal, session, and idempotency record and resource, or link; the shared rate counter beside it. Before
 * a tenant that only the caller names is entered, their membership is looked up.
 */
async function admit(
  contract: Endpoint,
  base: Base,
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
  options?: ServeOptions<Versioned>,
): Promise<Admitted> {
  const claims = claimsOf(event.requestContext.authorizer?.jwt?.claims)
  const lookups = tableFor(undefined, base.meter)
  const counted = countCall(limitOf(contract, claims.username, lookups), Date.parse(base.now))
  // Judged beside the first read; until then it may fail unheard.
  counted.catch(() => undefined)
  const whileCounting = async <T>(read: Promise<T>): Promise<T> => {
    const [state, found] = await Promise.all([counted, read])
    Object.assign(base.answer.headers, limitHeaders(state))
    return found
  }
  const tenantId = tenantOf(base, claims)
  const isStranger = isUnentered(tenantId, claims) && !(await whileCounting(isMember(lookups, claims.username, tenantId)))
  if (isStranger) throw problem('NOT_FOUND')
  const site = siteOf(contract, base, tenantId, claims.username, options)
  const beside = contract.customer ? linkKeysOf(contract, base, tenantId) : keysOf(site)
  const gate = gateKeys(tenantId, claims)
  const items = await whileCounting(site.table.read([...gate, ...beside]))
  return { ...gateOf(items, claims, base.now), claims, site, rest: items.slice(gate.length) }
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
  const { principal, organization: own, claims, site, rest } = admitted
  const who: Actor = { id: principal.id, kind: principal.kind, name: `${principal.firstName} ${principal.lastName}` }
  const ownMetadata = metadataOf(contract, base, { ...who, sessionId: claims.origin_jti })
  logger.appendKeys({ organizationId: own.id, actorId: principal.id })
  const home = openSite(contract, base, site, own.cursorKey, ownMetadata)
  const refuse = async (denied: Problem): Promise<never> => {
    await recordDenial(contract, home, base, principal.id, denied)
    throw denied
  }
  const barred = barredFor(admitted, base.now)
  if (barred) return refuse(barred)
  const session = admitted.session ?? (await recordSession({ ...base, claims, table: site.table, tenant: home }))
  const denied = deniedFor(contract, { principal, organization: own, session }, base.now)
  // Being asked to prove oneself again is no refusal to be told of.
  if (denied?.code === 'STEP_UP_REQUIRED') throw denied
  if (denied) return refuse(denied)
  const noted = noteUse(site.table, session, own, base.now)
  const { organization, tenant, idempotency, earlier, resource, actor, metadata } = contract.customer
    ? await enterCustomer(contract, base, { providerId: own.id, link: rest[0], actor: who, metadata: ownMetadata }, options)
    : { ...foundAt(site, rest), organization: own, tenant: home, idempotency: site.idempotency, actor: who, metadata: ownMetadata }
  // What is not there for this caller is not there, whatever stands in the body.
  if (options && !resource) throw problem('NOT_FOUND')
  if (invalid) throw invalid
  // A repeated request is answered from its record, however the resource has moved on since.
  idempotency?.meet(earlier)
  if (options && resource) checkState(resource, base, options)
  const call: Call<Endpoint, unknown> = {
    ...base,
    ...{ tenant, actor, organization, principal, session, policy, claims, resource, metadata },
    lookups: tableFor(undefined, base.meter),
    enter: (id, as) =>
      id === tenant.id
        ? tenant
        : openTenant({ id, meter: base.meter, now: base.now, metadata: as ? metadataOf(contract, base, as) : metadata }),
    allowed: (permission) => decide({ principal, policy, permission, now: base.now }).allowed,
  }
  const [reply] = await Promise.all([handler(call), noted])
  return reply
}
