import type { Endpoint } from '../endpoint.ts'
import { isProblem, type Problem, problem } from '../errors.ts'
import type { EventMetadata } from '../event.ts'
import { noteUse, recordSession, type Session } from '../identity/door.ts'
import { rateKey } from '../store/keys.ts'
import { readNamed } from '../store/read-named.ts'
import { type Item, type Table, tableFor } from '../store/table.ts'
import { openTenant, type Tenant } from '../store/tenant.ts'
import { logger } from '../telemetry.ts'
import { type Access, accessOf } from './access.ts'
import { barredFor, claimsOf, deniedFor, gateOf, isMember, isUnentered, type OpenGate, recordDenial, tenantOf } from './admit.ts'
import type { Actor, Call, Claims, PrincipalGate, SignedRequest } from './call.ts'
import { aboutOf, concernOf } from './concerns.ts'
import { type Entered, enterCustomer, linkKeyOf } from './customer.ts'
import { actorOf, sentBy, witnessed } from './guest.ts'
import { countCall, type Limit, limitHeaders } from './limit.ts'
import { metadataOf } from './metadata.ts'
import { PolicyChanged, policySource } from './policy.ts'
import { type GateName, gateKeys } from './principals.ts'
import { checkState } from './resource.ts'
import { type Found, foundAt, keysAt, openSite, type Site, siteOf } from './site.ts'

const DEFAULT_PER_USER = 300

/** Counts over all tenants, so that naming another one is no way around it. */
function limitOf(contract: Endpoint, person: string, table: Table): Limit {
  return {
    caller: `${person}#${contract.route}`,
    perMinute: contract.limitPerMinute ?? DEFAULT_PER_USER,
    key: (window) => rateKey(person, `${contract.route}#${window}`),
    table,
  }
}

/** Counts the call beside the first thing that is read, and judges it with that. */
function counting({ contract, base }: SignedRequest, person: string, lookups: Table) {
  const counted = countCall(limitOf(contract, person, lookups), Date.parse(base.now))
  // Until it is judged it may fail unheard.
  counted.catch(() => undefined)
  return async <T>(read: Promise<T>): Promise<T> => {
    const [state, found] = await Promise.all([counted, read])
    Object.assign(base.answer.headers, limitHeaders(state))
    return found
  }
}

/** What the one batch asks for. */
type Asked = GateName | 'link' | 'earlier' | 'resource'

/** What the one batch brought: who calls, where, and what stands there. */
interface Arrival {
  claims: Claims
  gate: OpenGate
  /** The caller's own organization; for a customer's contract, nothing but the link is looked for in it. */
  site: Site
  found: Found
  /** The provider's side of the link to its customer. */
  link: Item | undefined
}

/** The person's claims, the tenant they name, and the count of their calls. */
interface Opening {
  claims: Claims
  tenantId: string
  lookups: Table
  whileCounting: ReturnType<typeof counting>
}

function openingOf(request: SignedRequest): Opening {
  const claims = claimsOf(request.event.requestContext.authorizer?.jwt?.claims)
  const lookups = tableFor(undefined, request.base.meter)
  return { claims, lookups, whileCounting: counting(request, claims.username, lookups), tenantId: tenantOf(request.base, claims) }
}

/**
 * Reads organization, principal, session, and idempotency record and resource, or the link, in one batch. Before a tenant that only the
 * caller names is entered, their membership is looked up.
 */
async function arrive(request: SignedRequest, { claims, tenantId, lookups, whileCounting }: Opening): Promise<Arrival> {
  const { contract, base } = request
  const isStranger = isUnentered(tenantId, claims) && !(await whileCounting(isMember(lookups, claims.username, tenantId)))
  if (isStranger) throw problem('NOT_FOUND')
  const site = siteOf(request, tenantId, claims.username)
  const beside = contract.customer ? { link: linkKeyOf(request, tenantId) } : keysAt(site)
  const read = readNamed<Asked>(site.table, { ...gateKeys(tenantId, claims), ...beside })
  const { link, earlier, resource, ...gate } = await whileCounting(read)
  return { claims, gate: gateOf(gate, claims, base.now), site, link, found: foundAt(request, { earlier, resource }) }
}

interface Admitted {
  principal: PrincipalGate
  session: Session
  actor: Actor
  metadata: EventMetadata
  access: Access
  /** The caller's own organization, opened. */
  home: Tenant
}

/** Decides whether the caller may do this at all, and records the session of a hosted sign-in; a refusal leaves a trace. */
async function admit(request: SignedRequest, { claims, gate, site, found }: Arrival): Promise<Admitted> {
  const { contract, base, options } = request
  const { organization } = gate
  const actor = actorOf(gate.principal)
  const metadata = metadataOf(contract, base, { ...actor, sessionId: claims.origin_jti })
  logger.appendKeys({ organizationId: organization.id, actorId: actor.id })
  const home = openSite(request, site, organization.cursorKey, metadata)
  const refuse = async (denied: Problem): Promise<never> => {
    await recordDenial(contract, home, base, gate.principal, denied)
    throw denied
  }
  const barred = barredFor(gate, base.now)
  if (barred) return refuse(barred)
  const sent = gate.principal.kind === 'guest' ? await sentBy(request, gate) : gate
  if ('refused' in sent) return refuse(sent.refused)
  const { principal } = sent
  const session = gate.session ?? (await recordSession({ ...base, claims, table: site.table, tenant: home }))
  const admitted = { principal, organization, session }
  const access = accessOf(home, base, admitted)
  const isValid = request.invalid === undefined
  const entity = options?.resource
  const concern = concernOf({ contract, base, isValid, entity, resource: found.resource })
  const about = aboutOf({ base, entity }, concern)
  const denied = await deniedFor(contract, admitted, { access, concern, about }, base.now)
  // Being asked to prove oneself again is no refusal to be told of.
  if (isProblem(denied, 'STEP_UP_REQUIRED')) throw denied
  return denied ? refuse(denied) : { principal, session, actor, metadata, access, home }
}

/** Where the handler acts: in the caller's organization, or in its customer's. */
function enter(
  request: SignedRequest,
  { gate, site, found, link }: Arrival,
  { actor, metadata, home }: Admitted,
): Entered | Promise<Entered> {
  const { organization } = gate
  if (request.contract.customer) return enterCustomer(request, { providerId: organization.id, link, actor, metadata })
  return { ...found, organization, tenant: home, idempotency: site.idempotency, actor, metadata }
}

/** Wrong input is told only after access is decided, and what is not there for this caller is not there, whatever stands in the body. */
function checkRequest({ base, options, invalid }: SignedRequest, { resource, idempotency, earlier }: Entered): void {
  if (options && !resource) throw problem('NOT_FOUND')
  if (invalid) throw invalid
  // A repeated request is answered from its record, however the resource has moved on since.
  idempotency?.meet(earlier)
  if (options && resource) checkState(resource, base, options)
}

/** More often the policy does not change while one request reads it. */
const MAX_ARRIVALS = 5

/** Read, and admitted by a policy as old as what was read; where it changed in between, everything is read again. */
async function arriveAdmitted(request: SignedRequest): Promise<[Arrival, Admitted]> {
  const opening = openingOf(request)
  for (let arrivals = 1; ; arrivals++) {
    try {
      const arrival = await arrive(request, opening)
      return [arrival, await admit(request, arrival)]
    } catch (error) {
      if (!(error instanceof PolicyChanged)) throw error
      if (arrivals >= MAX_ARRIVALS) throw problem('UNAVAILABLE', { cause: error })
    }
  }
}

/** Nothing of it is written yet when a handler asks for access, so whoever called may simply call again. */
const retryable = (error: unknown) => (error instanceof PolicyChanged ? problem('UNAVAILABLE', { cause: error }) : error)

type Handler = (call: unknown) => unknown

/** A call with a token: read, admitted, and then handled; a guest's leaves its trace, however it ends. */
export async function runSigned(request: SignedRequest, handler: Handler): Promise<unknown> {
  const [arrival, admitted] = await arriveAdmitted(request)
  const work = () => handled(request, handler, arrival, admitted)
  return admitted.principal.kind === 'guest' ? witnessed({ ...request, ...admitted }, work) : work()
}

/** Entered, checked, and handled. */
async function handled(request: SignedRequest, handler: Handler, arrival: Arrival, admitted: Admitted): Promise<unknown> {
  const { contract, base } = request
  const { principal, session, access } = admitted
  const noted = noteUse(arrival.site.table, session, arrival.gate.organization, base.now)
  const entered = await enter(request, arrival, admitted)
  checkRequest(request, entered)
  const { organization, tenant, actor, metadata, resource } = entered
  const { meter, now } = base
  const call: Call<Endpoint, unknown> = {
    ...base,
    tenant,
    actor,
    organization,
    principal,
    session,
    access,
    policy: tenant === admitted.home ? access : policySource(tenant, organization),
    claims: arrival.claims,
    resource,
    metadata,
    lookups: tableFor(undefined, meter),
    enter: (id, as) =>
      id === tenant.id ? tenant : openTenant({ id, meter, now, metadata: as ? metadataOf(contract, base, as) : metadata }),
  }
  try {
    const [reply] = await Promise.all([handler(call), noted])
    return reply
  } catch (error) {
    throw retryable(error)
  }
}
