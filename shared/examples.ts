import type * as z from 'zod'
import type { Endpoint } from './endpoint.ts'

/** How one of a context's resources comes to be, so that tests can hold a real one of somebody else's. */
export type Made =
  /** By a call of this endpoint with its example; the reply's `id` is its. */
  | { madeBy: string }
  /** By itself, as people act; a list of their own holds it a moment later. */
  | { listedBy: string }
  /** By a refusal of this endpoint, to whoever may not call it: the `reference` that comes with it is its. */
  | { refusedBy: string }

/** What a caller could send. Addresses and names in it may be replaced, so that no two calls collide. */
export interface RequestExample {
  body?: unknown
  query?: Readonly<Record<string, string>>
}

export interface Examples {
  /** By what the resource is, which for ids with a prefix is the prefix. */
  resources: Readonly<Record<string, Made>>
  /** By endpoint. */
  requests: Readonly<Record<string, RequestExample>>
}

type NameOf<M, E> = { [K in keyof M]: M[K] extends E ? K : never }[keyof M] & string
type WithBody<M> = { [K in keyof M]: M[K] extends Endpoint & { body: z.ZodType } ? K : never }[keyof M]
type BodyExample<E> = E extends { body: infer B extends z.ZodType } ? { body: z.input<B> } : never

/** States a context's examples by the module of its contracts: each endpoint with a body has one, which fits it. */
export const examplesOf = <M extends object>(
  _contract: M,
  examples: {
    resources?: Record<string, { madeBy: NameOf<M, Endpoint> } | { listedBy: NameOf<M, { list: true }> } | { refusedBy: string }>
    requests: { [K in WithBody<M>]: BodyExample<M[K]> } & Partial<Record<NameOf<M, Endpoint>, RequestExample>>
  },
): Examples => ({ resources: examples.resources ?? {}, requests: examples.requests as Examples['requests'] })

const SAMPLE = '01j9z0s6n6r3v7t4q2m8k5w1xa'

/** An id in an example, where a request needs one that is there: `sampleId('usr')`. Whoever sends it puts a real one in its place. */
export const sampleId = (prefix: string) => `${prefix}_${SAMPLE}`

/** An example with the ids of resources that are there, by prefix. */
export const withReal = <T>(example: T, resources: Readonly<Record<string, string>>): T =>
  JSON.parse(JSON.stringify(example), (_, value) => {
    const prefix = typeof value === 'string' && value.endsWith(`_${SAMPLE}`) ? value.slice(0, -SAMPLE.length - 1) : undefined
    return (prefix !== undefined && resources[prefix]) || value
  })
