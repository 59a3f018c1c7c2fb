import type { EventType } from './event.ts'
import type { Examples } from './examples.ts'
import type { Reaction } from './react.ts'
import type { Entity } from './store/entity.ts'
import type { Keeping } from './store/grants.ts'
import type { Task } from './task.ts'

/**
 * What a bounded context tells of itself, once: everything that is derived for the whole product reads these. No function imports it, so
 * it may name whatever it likes.
 */
export interface Context {
  /** The stack, with an HTTP API of its own, that its endpoints share with others'. A context keeps its ring, for functions have names. */
  ring: string
  /** The module of its contracts: endpoints by their names, and the schemas that OpenAPI names. */
  contract: object
  /** What a caller could send, and how its resources are made: the derived tests and OpenAPI's examples are of it. */
  examples?: Examples
  /** The module of its events, if it has any. */
  events?: object
  /** The module of its own failures, if it has any: `problems.ts`. */
  problems?: object
  reactions?: readonly Reaction[]
  /** What the stream, a schedule, Cognito or an operator starts. */
  tasks?: readonly Task[]
  // biome-ignore lint/suspicious/noExplicitAny: of whatever they hold; an entity takes in what it gives out, so no supertype fits.
  entities?: readonly Entity<any>[]
  /**
   * The names by which contracts say what they read and write in a tenant, beyond those of its entities, and what is kept along with each:
   * `{ USER: { lists: ['USERS'], guards: ['EMAIL'] } }`. Grants reach these partitions and no others.
   */
  keeps?: Keeping
  /** What its ids begin with, and what they name: `{ usr: 'a user' }`. */
  ids?: Readonly<Record<string, string>>
  /** The permissions that it asks for, with what each lets its holder do. */
  permissions?: Readonly<Record<string, string>>
}

/** States a context's manifest. */
export const context = <const C extends Context>(manifest: C): C => manifest

export type Contexts = Readonly<Record<string, Context>>

/** An event with the context it comes from: on the bus, `source` is `tessera.<context>`. */
export interface Catalogued {
  context: string
  type: EventType
}

/** A reaction or a task with its place in the tree. */
export interface Placed<T> {
  /** `audit-on-any-event`: the function's and the queue's name. */
  name: string
  /** `functions/audit/on-any-event.ts` */
  file: string
  /** `audit` */
  context: string
  ring: string
  rule: T
}
