import { keeping as keptByContexts } from '../functions/catalogue.ts'
import type { Placed } from '../shared/context.ts'
import { type Endpoint, kebab, type Named } from '../shared/endpoint.ts'
import { type FileGrant, type FileNeeds, fileGrants } from '../shared/files/areas.ts'
import { type Reaction, reactionGrants } from '../shared/react.ts'
import { type Grant, grantsFor, type Keeping, requestGrants } from '../shared/store/grants.ts'
import type { Task } from '../shared/task.ts'

/** One function: its place in the tree, and everything it may do. */
export interface Part<R = unknown> {
  /** `users-create-user` */
  name: string
  /** `users` */
  context: string
  /** Its entry, from the project's root: exports `handler`. */
  file: string
  summary: string
  timeoutSeconds: number
  /** Statements of its data role. */
  grants: Grant[]
  files: FileGrant[]
  /** IAM actions beyond the table. */
  calls: readonly string[]
  /** Files laid beside its code. */
  assets: readonly string[]
  /** It signs with the installation's key. */
  signs: boolean
  rule: R
}

/** What a context brings stands in the stacks of its ring. */
export type InRing<P> = P & { ring: string }

export type EndpointPart = InRing<Part<Endpoint>>

export interface Parts {
  endpoints: EndpointPart[]
  /** Answers what no route takes. */
  anyOther: Part
  reactions: InRing<Part<Reaction>>[]
  tasks: InRing<Part<Task>>[]
}

/** Below the 30 s after which an HTTP API gives up. */
export const API_TIMEOUT_SECONDS = 29
const REACTION_TIMEOUT_SECONDS = 30
const TASK_TIMEOUT_SECONDS = 60
/** Cognito waits no longer for a trigger. */
const TRIGGER_TIMEOUT_SECONDS = 5

export const ANY_OTHER_FILE = 'functions/system/any-other.ts'

/** The keyring's secret is fetched once an instance. */
const callsOf = ({ calls = [], keyring }: { calls?: readonly string[]; keyring?: true }) => [
  ...calls,
  ...(keyring ? ['secretsmanager:GetSecretValue'] : []),
]

interface Stated {
  summary: string
  files?: FileNeeds
  calls?: readonly string[]
  keyring?: true
  assets?: readonly string[]
  signs?: true
}

const partOf = <R extends Stated>({ rule, ...place }: Placed<R>, own: Pick<Part, 'timeoutSeconds' | 'grants'>): InRing<Part<R>> => ({
  ...place,
  rule,
  summary: rule.summary,
  files: fileGrants(rule.files),
  calls: callsOf(rule),
  assets: rule.assets ?? [],
  signs: rule.signs ?? false,
  ...own,
})

const endpointPart = ({ name, contract, ...place }: Named, keeping: Keeping): EndpointPart =>
  partOf(
    { ...place, name: `${kebab(place.context)}-${kebab(name)}`, rule: contract },
    { timeoutSeconds: API_TIMEOUT_SECONDS, grants: merged([...requestGrants(contract), ...grantsFor(contract, keeping)]) },
  )

const reactionPart = (placed: Placed<Reaction>, keeping: Keeping): InRing<Part<Reaction>> =>
  partOf(placed, { timeoutSeconds: REACTION_TIMEOUT_SECONDS, grants: merged([...reactionGrants, ...grantsFor(placed.rule, keeping)]) })

function taskPart(placed: Placed<Task>, keeping: Keeping): InRing<Part<Task>> {
  const { timeoutSeconds, startedBy } = placed.rule
  const otherwise = 'cognito' in startedBy ? TRIGGER_TIMEOUT_SECONDS : TASK_TIMEOUT_SECONDS
  return partOf(placed, { timeoutSeconds: timeoutSeconds ?? otherwise, grants: merged(grantsFor(placed.rule, keeping)) })
}

/** The operations that a grant leaves over, once those are taken out that some grant of whole items allows for all its partitions. */
function narrowed({ actions, leadingKeys, attributes }: Grant, whole: readonly Grant[]): Grant[] {
  const allows = (action: string, key: string) => whole.some((grant) => grant.actions.includes(action) && grant.leadingKeys.includes(key))
  const left = actions.filter((action) => !leadingKeys.every((key) => allows(action, key)))
  return left.length === 0 || !attributes ? [] : [{ actions: left, leadingKeys, attributes: attributes.toSorted() }]
}

/** Does a grant by attributes allow all that another one does? */
const covers = (wide: Grant, { actions, leadingKeys, attributes = [] }: Grant) =>
  actions.every((action) => wide.actions.includes(action)) &&
  leadingKeys.every((key) => wide.leadingKeys.includes(key)) &&
  attributes.every((attribute) => wide.attributes?.includes(attribute))

/** Statements of whole items merged; beside them what is granted by attributes, where no other grant allows it anyway. */
export function merged(grants: Grant[]): Grant[] {
  const whole = mergedWhole(grants.filter(({ attributes }) => !attributes))
  const narrow = grants.filter(({ attributes }) => attributes).flatMap((grant) => narrowed(grant, whole))
  const isNeedless = (grant: Grant, n: number) =>
    narrow.some((other, m) => m !== n && covers(other, grant) && (m < n || !covers(grant, other)))
  return [...whole, ...narrow.filter((grant, n) => !isNeedless(grant, n))]
}

/**
 * One statement for each operation, with all partitions it may reach: IAM lets a batch through only when a single statement
 * covers every key of it. Operations with the same partitions share theirs, for role policies have a limit of 10,240 characters.
 */
function mergedWhole(grants: Grant[]): Grant[] {
  const keysOf = new Map<string, Set<string>>()
  for (const { actions, leadingKeys } of grants) {
    for (const action of actions) keysOf.set(action, new Set([...(keysOf.get(action) ?? []), ...leadingKeys]))
  }
  const byKeys = new Map<string, Grant>()
  for (const [action, keys] of keysOf) {
    const leadingKeys = [...keys].toSorted()
    const known = byKeys.get(leadingKeys.join())
    byKeys.set(leadingKeys.join(), { actions: [...(known?.actions ?? []), action], leadingKeys })
  }
  return [...byKeys.values()]
}

/** Every function of the product, from the contracts, the rules and the tasks, and from what the contexts keep under the names these give. */
export function partsOf(
  catalogue: readonly Named[],
  reactions: readonly Placed<Reaction>[],
  tasks: readonly Placed<Task>[],
  keeping: Keeping = keptByContexts,
): Parts {
  return {
    endpoints: catalogue.map((each) => endpointPart(each, keeping)),
    anyOther: taskPart(
      {
        name: 'system-any-other',
        context: 'system',
        file: ANY_OTHER_FILE,
        ring: '',
        rule: {
          name: 'system/any-other',
          summary: 'Answers what no route takes: 404, or 405 with the methods that the address knows.',
          startedBy: { command: true },
        },
      },
      keeping,
    ),
    reactions: reactions.map((each) => reactionPart(each, keeping)),
    tasks: tasks.filter(({ file }) => file !== ANY_OTHER_FILE).map((each) => taskPart(each, keeping)),
  }
}

export const allParts = ({ endpoints, anyOther, reactions, tasks }: Parts): Part[] => [...endpoints, anyOther, ...reactions, ...tasks]
