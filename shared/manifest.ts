import type * as z from 'zod'
import type { Catalogued, Context, Contexts, Placed } from './context.ts'
import { type Endpoint, kebab, type Named } from './endpoint.ts'
import { type Code, type ProblemType, problems, typeOf } from './errors.ts'
import type { EventType } from './event.ts'
import type { Made, RequestExample } from './examples.ts'
import { nameOf, type Reaction } from './react.ts'
import type { EntityOptions } from './store/entity.ts'
import { KERNEL, type Keeping, type Kept } from './store/grants.ts'
import type { Task } from './task.ts'

/** What follows from all manifests together. A name that two contexts give would mean one thing here and another there, so it throws. */

/** Entries as a map; throws when a name comes twice for different things. */
function unique<T>(what: string, entries: readonly (readonly [name: string, value: T, origin: string])[]): Map<string, T> {
  const origins = new Map<string, string>()
  const values = new Map<string, T>()
  for (const [name, value, origin] of entries) {
    if (values.has(name) && values.get(name) !== value) {
      throw new Error(`The ${what} ${name} is stated by ${origins.get(name)} and by ${origin}. Give one of them another name.`)
    }
    values.set(name, value)
    origins.set(name, origins.get(name) ?? origin)
  }
  return values
}

const entriesOf = (contexts: Contexts) => Object.entries(contexts)
/** A module's names come sorted; what a test runner makes of a module need not. */
const sorted = (module: object | undefined) => Object.entries(module ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1))

const isEndpoint = (entry: [string, unknown]): entry is [string, Endpoint] => typeof (entry[1] as Endpoint | undefined)?.route === 'string'
const isSchema = (entry: [string, unknown]): entry is [string, z.ZodType] =>
  typeof entry[1] === 'object' && entry[1] !== null && '_zod' in entry[1]

/** `POST /api/v1/users/{}`: names of parameters tell no routes apart. */
const shapeOf = (route: string) => route.replace(/\{\w+\}/g, '{}')

/** Every contract with the names that its place in the tree gives it, in the order of the contexts. */
export function endpointsOf(contexts: Contexts): Named[] {
  const all = entriesOf(contexts).flatMap(([context, { ring, contract }]) =>
    sorted(contract)
      .filter(isEndpoint)
      .map(([name, contract]) => ({ name, context, ring, file: `functions/${kebab(context)}/${kebab(name)}.ts`, contract })),
  )
  unique(
    'endpoint',
    all.map(({ name, contract, context }) => [name, contract, context]),
  )
  unique(
    'route',
    all.map(({ name, contract, context }) => [shapeOf(contract.route), contract, `${name} of ${context}`]),
  )
  return all
}

/** The schemas that contracts export, by their name: `User`, `NewUser`, … */
export const schemasOf = (contexts: Contexts): Map<string, z.ZodType> =>
  unique(
    'schema',
    entriesOf(contexts).flatMap(([context, { contract }]) =>
      sorted(contract)
        .filter(isSchema)
        .map(([name, schema]) => [name, schema, context] as const),
    ),
  )

/** Every event of the product. */
export function eventsOf(contexts: Contexts): Catalogued[] {
  const all = entriesOf(contexts).flatMap(([context, { events }]) =>
    sorted(events).map(([, type]) => ({ context, type: type as EventType })),
  )
  unique(
    'event',
    all.map(({ context, type }) => [type.name, type, context]),
  )
  return all
}

/** Every failure that a caller can meet, by its code: the kernel's, and those of the contexts. */
export function problemsOf(contexts: Contexts): Map<string, ProblemType> {
  const kernel = (Object.keys(problems) as Code[]).map((code) => [code, typeOf(code), 'the kernel'] as const)
  const own = entriesOf(contexts).flatMap(([context, { problems }]) =>
    sorted(problems).map(([, type]) => [(type as ProblemType).code, type as ProblemType, context] as const),
  )
  return unique('problem', [...kernel, ...own])
}

function placed<T extends { name: string }>(what: string, contexts: Contexts, rulesOf: (context: Context) => readonly T[]): Placed<T>[] {
  const all = entriesOf(contexts).flatMap(([context, manifest]) =>
    rulesOf(manifest).map((rule) => ({
      name: nameOf(rule),
      file: `${rule.name.startsWith('events/') ? '' : 'functions/'}${rule.name}.ts`,
      context,
      ring: manifest.ring,
      rule,
    })),
  )
  unique(
    what,
    all.map(({ name, rule, context }) => [name, rule, context]),
  )
  return all
}

/** What answers to events: each becomes a rule, a queue with its dead-letter queue, and a function. */
export const reactionsOf = (contexts: Contexts): Placed<Reaction>[] => placed('reaction', contexts, ({ reactions = [] }) => reactions)

export const tasksOf = (contexts: Contexts): Placed<Task>[] => placed('task', contexts, ({ tasks = [] }) => tasks)

/** Names of one kind that contexts state as `{ name: meaning }`. */
const meanings = (contexts: Contexts, what: string, field: 'ids' | 'permissions'): Map<string, string> => {
  const all = entriesOf(contexts).flatMap(([context, manifest]) =>
    Object.entries(manifest[field] ?? {}).map(([name, meaning]) => ({ name, context, meaning })),
  )
  unique(
    what,
    all.map(({ name, context }) => [name, context, context]),
  )
  return new Map(all.map(({ name, meaning }) => [name, meaning]))
}

/** `usr` → what it is an id of. */
export const idPrefixesOf = (contexts: Contexts): Map<string, string> => meanings(contexts, 'id prefix', 'ids')
/** `users:read` → what it lets its holder do. */
export const permissionsOf = (contexts: Contexts): Map<string, string> => meanings(contexts, 'permission', 'permissions')

/** Key segments of the tenants' entities; throws for one that two contexts keep. */
export const entitiesOf = (contexts: Contexts): Map<string, string> =>
  unique(
    'entity',
    entriesOf(contexts).flatMap(([context, { entities = [] }]) => entities.map(({ name }) => [name, context, context] as const)),
  )

/** What an entity itself says of its lists, guards and tally. */
const keptBy = ({
  plural,
  key,
  all,
  lists,
  search,
  guards = {},
  tally,
  policy,
  liesIn,
  once,
}: EntityOptions<never> & { plural: string }): Kept => ({
  ...(key ? {} : { byId: true }),
  ...(all || lists || search ? { lists: [plural] } : {}),
  guards: Object.keys(guards),
  tallies: tally ? [tally.kind] : [],
  ...(policy ? { policy } : {}),
  ...(once ? { once } : {}),
  ...(liesIn ? { liesIn: { entity: liesIn.entity, counted: liesIn.counted } } : {}),
})

/**
 * What contracts may name of a tenant's partitions. Throws where two names, or a name and a list, are the same: who is granted the one
 * would reach the other.
 */
export function keepingOf(contexts: Contexts): Keeping {
  entitiesOf(contexts)
  const entities = entriesOf(contexts).flatMap(([context, { entities = [] }]) =>
    entities.map((entity) => [entity.name, keptBy(entity), context] as const),
  )
  const stated = entriesOf(contexts).flatMap(([context, { keeps = {} }]) =>
    Object.entries(keeps).map(([name, kept]) => [name, kept, context] as const),
  )
  const others = entities.filter(([name]) => !stated.some(([other]) => other === name))
  const kernel = Object.entries(KERNEL).filter(([name]) => !entities.some(([other]) => other === name))
  const all = [...stated, ...others, ...kernel.map(([name, kept]) => [name, kept, 'the kernel'] as const)]
  unique(
    'partition',
    all.flatMap(([name, { lists = [] }, context]) => [name, ...lists].map((each) => [each, { name }, context] as const)),
  )
  return Object.fromEntries(all)
}

/** What contexts state of their examples under a name of its own. */
const exemplified = <T>(what: string, contexts: Contexts, of: (context: Context) => Readonly<Record<string, T>>) =>
  unique(
    what,
    entriesOf(contexts).flatMap(([context, manifest]) =>
      Object.entries(of(manifest)).map(([name, example]) => [name, example, context] as const),
    ),
  )

/** Kind of resource → how one is made. */
export const resourceExamplesOf = (contexts: Contexts): Map<string, Made> =>
  exemplified('example of a resource', contexts, ({ examples }) => examples?.resources ?? {})
/** Endpoint → a request. */
export const requestExamplesOf = (contexts: Contexts): Map<string, RequestExample> =>
  exemplified('example of a request', contexts, ({ examples }) => examples?.requests ?? {})
