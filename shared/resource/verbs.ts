import type * as z from 'zod'
import type { Policy } from '../access/model.ts'
import type { Endpoint, Page, ReplyInputOf } from '../endpoint.ts'
import { mergePatch } from '../merge-patch.ts'
import type { Call, ServeOptions } from '../serve/call.ts'
import { requireNoGainIn } from '../serve/granting.ts'
import type { PolicySource } from '../serve/policy.ts'
import { type LambdaHandler, serve } from '../serve/serve.ts'
import type { Change, Entity, Versioned } from '../store/entity.ts'
import { retryConflicts } from '../store/retry-conflicts.ts'
import { save, type Write } from '../store/writes.ts'
import { historyOf, toHistory } from './history.ts'

/**
 * The ordinary endpoint in one statement. Each says what is the context's own (the contract, the entity, a pure transition, how it is shown)
 * and brings the rest: the resource is read in the request's one batch, 404 and 410, `If-Match`, `ETag`, item and event in one write. What
 * does more is written with `serve`.
 */

/** A call as it is shown by: with the roles, groups and units in force. */
type Showing<C> = Omit<C, 'policy'> & { policy: Policy }
/** How an item is shown; without one, a contract has no reply (204). A pure function: it is asked again when more of the policy is known. */
type Present<E extends Endpoint, T, C = Call<E, T>> = (item: T, call: Showing<C>) => ReplyInputOf<E>
type ElementOf<E> = E extends { reply: infer R extends z.ZodType } ? z.input<R> : never
type MaybePromise<T> = T | Promise<T>

const show = <C extends { policy: PolicySource }, R>(call: C, present: (call: Showing<C>) => R): Promise<R> =>
  call.policy.ask((policy) => present({ ...call, policy }))

/** Answers with the item that the route's id names. */
export const reads = <E extends Endpoint, T extends Versioned>(contract: E, entity: Entity<T>, present: Present<E, T>): LambdaHandler =>
  serve<E, T>(contract, { resource: entity }, (call) => show(call, (showing) => present(call.resource, showing)))

/** Answers with a page; `page` says of what. */
export const lists = <E extends Endpoint & { list: true }, T>(
  contract: E,
  page: (call: Call<E>) => Promise<Page<T>>,
  present: (item: T, call: Showing<Call<E>>) => ElementOf<E>,
): LambdaHandler =>
  serve<E>(contract, async (call) => {
    const { items, nextCursor } = await page(call)
    const shown = await show(call, (showing) => items.map((item) => present(item, showing)))
    return { items: shown, nextCursor } as ReplyInputOf<E>
  })

/** A change with what is written in the same transaction. */
type Transition<T extends Versioned> = Change<T> & { alongside?: readonly Write[] }

const writesOf = <T extends Versioned>(entity: Entity<T>, change: Transition<T>): Write[] => [
  ...(change.alongside ?? []),
  save(entity, change),
]

/** Makes a new item. */
export const creates = <E extends Endpoint, T extends Versioned>(
  contract: E,
  entity: Entity<T>,
  make: (call: Call<E>) => MaybePromise<Transition<T>>,
  present: Present<E, T, Call<E>>,
): LambdaHandler =>
  serve<E>(contract, (call) =>
    retryConflicts(async () => {
      const change = await make(call)
      const reply = await show(call, (showing) => present(change.after, showing))
      return call.tenant.commit(writesOf(entity, change), reply)
    }),
  )

interface TransitionOptions<E extends Endpoint, T extends Versioned> extends Omit<ServeOptions<T>, 'resource'> {
  /** What it takes of the caller beyond the permission, asked once there is something to change; throws where it is not given. */
  requires?: (item: T, call: Call<E, T>) => Promise<void>
}

/** Changes an item as a rule says, by which nobody gains over it: a state, a removal (204), a restoration (`deleted: 'allowed'`). Where nothing changes, nothing is written. */
export const transitions = <E extends Endpoint, T extends Versioned>(
  contract: E,
  entity: Entity<T>,
  transition: (item: T, call: Call<E, T>) => MaybePromise<Transition<T> | undefined>,
  present?: Present<E, T>,
  { requires, ...options }: TransitionOptions<E, T> = {},
): LambdaHandler =>
  serve<E, T>(contract, { ...options, resource: entity }, async (call) => {
    const change = await transition(call.resource, call)
    if (change) await requires?.(call.resource, call)
    // What is a customer's is decided about where its provider is.
    if (change && !contract.customer) await requireNoGainIn(call, entity, call.resource, change.after)
    const reply = (present && (await show(call, (showing) => present(change?.after ?? call.resource, showing)))) as ReplyInputOf<E>
    return change ? call.tenant.commit(writesOf(entity, change), reply) : reply
  })

/** Changes the fields that a JSON Merge Patch (RFC 7396) names: `edit` gets them all as they will be, and says what that changes, if anything. */
export const patches = <E extends Endpoint, T extends Versioned, F extends object>(
  contract: E,
  entity: Entity<T>,
  fieldsOf: (item: T) => F,
  edit: (item: T, fields: F, now: string) => Transition<T> | undefined,
  present: Present<E, T>,
  options?: TransitionOptions<E, T>,
): LambdaHandler =>
  transitions(
    contract,
    entity,
    (item, { body, now }) => edit(item, mergePatch(fieldsOf(item), (body ?? {}) as object), now),
    present,
    options,
  )

/** Tells what happened to the item that the route's id names, newest first; also of one that is removed. */
export const histories = <E extends Endpoint & { list: true }, T extends Versioned>(contract: E, entity: Entity<T>): LambdaHandler =>
  serve<E, T>(contract, { resource: entity, deleted: 'allowed' }, async ({ resource, query, tenant }) => {
    const { items, nextCursor } = await historyOf(tenant, entity, resource.id, query as { limit: number; cursor?: string })
    return { items: items.map(toHistory), nextCursor } as ReplyInputOf<E>
  })
