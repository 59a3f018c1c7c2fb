import type * as z from 'zod'
import type { ProblemKind } from './errors.ts'
import type { FileNeeds } from './files/areas.ts'
import type { Lookup } from './store/keys.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Route = `${Method} /${string}`

/** Who may call: holders of a permission, any signed-in person for themselves, or everybody, with the reason why. */
export type Access = { permission: string } | { self: true } | { public: string; signedIn?: 'optional' }

export interface EndpointOptions {
  route: Route
  /** One sentence for the reference page. */
  summary: string
  description?: string
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** Default 200. 204 has no reply; 201 answers a `Location` of route + id. */
  status?: 200 | 201 | 202 | 204
  /** Another one, which the handler says (`answer.status`). */
  orStatus?: 200
  /** What `data` holds; for a list, one element. */
  reply?: z.ZodType
  /** The reply is a page of elements with `meta`. */
  list?: true
  /** The failures beyond those that every endpoint of its kind can give: the kernel's, and those of `problems.ts`. */
  fails?: readonly ProblemKind[]
  /** Tenant entities (key segments) this function reads or writes; becomes its data role. */
  reads?: readonly string[]
  writes?: readonly string[]
  /** Keys outside the tenants that it reads and writes; becomes its data role too. */
  lookups?: readonly Lookup[]
  /** Keys outside the tenants that it only reads. */
  lookupReads?: readonly Lookup[]
  /** Areas of the tenant's files that it reads or writes (`filesOf`); becomes its data role too. */
  files?: FileNeeds
  /** Hashes addresses or codes, or seals secrets: the keyring is opened before the handler runs. */
  keyring?: true
  /**
   * Takes a session that proved itself within five minutes (the second factor where one is on, else the password); a sentence says when,
   * where that depends on the body, and the handler then calls `requireFresh`.
   */
  fresh?: true | string
  /** IAM actions beyond the table, such as `cognito-idp:AdminInitiateAuth`; become its execution role. */
  calls?: readonly string[]
  /**
   * Where the permission must hold, when it is not the resource that `serve` reads nor the organization as a whole: in the unit or the group that
   * this field of the body names, for something new of this type; or `anywhere`, where the handler shows only what lies in `access.scopes`.
   */
  within?: 'anywhere' | { type: string; unit?: string; group?: string }
  /**
   * The route's `{id}`, or this field of the body, names a customer of the caller's organization: access is decided in the caller's
   * organization, and the handler gets the customer's tenant and organization.
   */
  customer?: true | { field: string }
  /**
   * A write that stays open while the organization is leaving, because it ends something or only asks; its provider may call it even of one that
   * is closed.
   */
  ending?: 'open'
  /** The answer holds a secret, so it is never stored: Idempotency-Key is ignored. */
  secret?: true
  /** Calls a minute: per user (default 300), or per IP where public (default 100). */
  limitPerMinute?: number
  /** Default 1 MB. */
  maxBodyBytes?: number
  /**
   * Hands the handler the body's exact bytes too (`call.rawBody`). A public route has them for a signature, which `serve` is told how to
   * verify, ahead of all that the request says. Without `body` nothing is parsed, and any type of content is taken.
   */
  rawBody?: true
  /** What `body` may be sent as; default JSON. A form's fields are text. */
  accepts?: readonly ('application/json' | 'application/x-www-form-urlencoded')[]
  /** Answers something else than our envelope (a page, a probe): no envelope, listed apart in OpenAPI. */
  raw?: true
  /** Files, from the project's root, that are laid beside the function's code (`shared/assets.ts` reads them). */
  assets?: readonly string[]
}

export type Endpoint = EndpointOptions & Access

/** States an endpoint's contract once: routes, roles, throttles, OpenAPI, client, gateway and the dull tests derive from it. */
export const endpoint = <const E extends Endpoint>(contract: E): E => contract

export type BodyOf<E> = E extends { body: infer B extends z.ZodType } ? z.output<B> : undefined
export type QueryOf<E> = E extends { query: infer Q extends z.ZodType } ? z.output<Q> : Record<string, never>
export type ParamsOf<E> = E extends { params: infer P extends z.ZodType } ? z.output<P> : Record<string, never>
/** What a handler returns: the schema's input, so that absent values may become `null`. */
export type ReplyInputOf<E> = E extends { reply: infer R extends z.ZodType }
  ? E extends { list: true }
    ? Page<z.input<R>>
    : z.input<R>
  : E extends { raw: true }
    ? string | Uint8Array | object
    : undefined

export interface Page<T> {
  items: T[]
  nextCursor: string | null
  total?: number
}

export const methodOf = (contract: { route: Route }) => contract.route.slice(0, contract.route.indexOf(' ')) as Method
export const pathOf = (contract: { route: Route }) => contract.route.slice(contract.route.indexOf(' ') + 1)
export const isPublic = (contract: Endpoint): contract is Endpoint & { public: string } => 'public' in contract
/** Who calls is known by a signature over the body. */
export const isVerified = (contract: Endpoint) => isPublic(contract) && contract.rawBody === true
/** Which customer a request names, where its contract says that it names one. */
export function customerIn(
  { customer }: Pick<Endpoint, 'customer'>,
  { params, body }: { params: unknown; body: unknown },
): string | undefined {
  const [input, field] = typeof customer === 'object' ? [body, customer.field] : [params, 'id']
  return (input as Record<string, string | undefined> | undefined)?.[field]
}
/** The routes that stay open where a second factor is demanded and not yet given. */
export const isSelfCare = (contract: { route: Route }) => pathOf(contract).startsWith('/api/v1/auth/')

/** A contract with the names that its place in the tree gives it. */
export interface Named {
  /** `createUser` */
  name: string
  /** `users` */
  context: string
  ring: string
  /** `functions/users/create-user.ts` */
  file: string
  contract: Endpoint
}

export const kebab = (camel: string) => camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
