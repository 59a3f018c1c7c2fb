import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda'
import type { BodyOf, Endpoint, ParamsOf, QueryOf } from '../endpoint.ts'
import type { Problem } from '../errors.ts'
import type { ActorKind, EventMetadata } from '../event.ts'
import type { Session } from '../identity/door.ts'
import type { Entity, Versioned } from '../store/entity.ts'
import type { Meter } from '../store/meter.ts'
import type { Table } from '../store/table.ts'
import type { Tenant } from '../store/tenant.ts'
import type { Access } from './access.ts'
import type { Claims, Client, OrganizationGate, PersonGate, PrincipalGate } from './gates.ts'
import type { PolicySource } from './policy.ts'

export type { Claims, Client, OrganizationGate, PersonGate, PrincipalGate } from './gates.ts'

export interface Actor {
  id: string
  kind: ActorKind
  name?: string
  /** Where the actor belongs, when that is another organization than the one acted in. */
  organizationId?: string
}

/** A request that has been read: validated input, and who sent it. */
export interface Incoming<E extends Endpoint> {
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  /** Our own. */
  requestId: string
  /** What the caller calls it (`X-Request-Id`). */
  clientRequestId?: string
  correlationId: string
  client: Client
  /** RFC 3339 UTC with milliseconds: the one clock of this request. */
  now: string
  /** As it was asked for. */
  path: string
  /** The body's exact bytes; only where the contract says `rawBody`. */
  rawBody: E extends { rawBody: true } ? Uint8Array : undefined
  /** Only where the contract honours it. */
  idempotencyKey?: string
  ifMatch?: string
  /** Lower-cased request headers. */
  headers: Record<string, string | undefined>
}

/** Who calls a public route with a session: proven, alive, and not asked where they may act. */
export interface Caller {
  personId: string
  session: Session
  person: PersonGate
}

/** What every handler gets. */
export interface PublicCall<E extends Endpoint> extends Incoming<E> {
  meter: Meter
  /** The look-ups that the contract names, on credentials that reach no tenant. */
  lookups: Table
  /** Opens a tenant that the look-ups led to. */
  enter(organizationId: string, as?: Actor & { sessionId?: string }): Tenant
  /** Where the contract says `signedIn`, and a token was sent. */
  caller?: Caller
  /** Headers to add to the answer. */
  answer: { headers: Record<string, string>; status?: number }
}

/** A call whose signature is not verified yet, so that nothing of what it says counts. */
export type UnverifiedCall<E extends Endpoint> = Omit<PublicCall<E>, 'body' | 'query'>

export interface Verification<E extends Endpoint, V> {
  /** Finds who signed `rawBody`, which the handler gets as `verified`; `undefined` where nobody known did (`INVALID_SIGNATURE`). */
  verify(call: UnverifiedCall<E>): V | undefined | Promise<V | undefined>
}

/** A request before it is known who calls. */
export type Base = Omit<PublicCall<Endpoint>, 'lookups' | 'enter'>

/** A request without a token, and what its endpoint says of it. */
export interface PublicRequest {
  contract: Endpoint & { public: string }
  base: Base
  event: APIGatewayProxyEventV2WithJWTAuthorizer
  /** What is wrong with the input, if something is. */
  invalid: Problem | undefined
  verify?: Verification<Endpoint, unknown>['verify'] | undefined
}

/** A request with a token, and what its endpoint says of it. */
export interface SignedRequest {
  contract: Endpoint
  base: Base
  event: APIGatewayProxyEventV2WithJWTAuthorizer
  /** What is wrong with the input, if something is. */
  invalid: Problem | undefined
  options: ServeOptions<Versioned> | undefined
}

export interface ServeOptions<R extends Versioned> {
  /** The entity that the route's `{id}` names: read in the request's one batch; 404 when absent, 410 when deleted. */
  resource: Entity<R>
  /** Hand over deleted ones too, for `/restore`. */
  deleted?: 'allowed'
  /** What is there for everybody without being stored, by its id. */
  constant?: (id: string) => R | undefined
}

/** What the handler of an endpoint for signed-in callers gets. */
export interface Call<E extends Endpoint, R = undefined> extends PublicCall<E> {
  /** Where the handler acts: the caller's organization, or its customer where the contract says `customer`. */
  tenant: Tenant
  organization: OrganizationGate
  actor: Actor
  principal: PrincipalGate
  session: Session
  /** What the caller may do, by the policy of their own organization. */
  access: Access
  /** The policy of where the handler acts, which is another one at a customer. */
  policy: PolicySource
  claims: Claims
  metadata: EventMetadata
  /** What the route's `{id}` names, when `serve` was told its entity. */
  resource: R
}
