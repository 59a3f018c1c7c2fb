import * as z from 'zod'
import { problem } from '../errors.ts'
import type { Outcome } from '../jobs/run.ts'
import { type Entry, type Listed, listedKey, placeSpot, type Spot, spotKey, unmovedLists } from '../resource/lists.ts'
import { type Entity, placePartition } from '../store/entity.ts'
import { levelPartition, organizationKey } from '../store/keys.ts'
import type { Tenant } from '../store/tenant.ts'
import { check, derive, put, putNew, remove, type Write } from '../store/writes.ts'
import { setMoves } from './move.ts'
import { asKey, type Path, type PendingMove, placed } from './path.ts'
import { levelOf, type Tree, type TreeGate, type TreeNode } from './tree.ts'

/**
 * Stored paths follow the moves of a tree: one move after the other, and of each the nodes level by level, then what is listed under their
 * paths. Then the move is forgotten. Every step demands the version of the policy that it read the moves of, and of every row what it read,
 * so it may be killed, repeated, or done by several jobs at once.
 */

/** What has to follow. */
export interface Following<T extends TreeNode> {
  tree: Tree
  nodes: Entity<T>
  /** Whose items are listed by their place. */
  listed: readonly { plural: string }[]
}

/** Which move a job was started for, by its version. */
export const MoveToFollow = z.object({ version: z.number() })

/** How far it came with a move: its lists are numbered. */
export const MoveCursor = z.object({ version: z.number(), list: z.number(), after: z.string().optional() })
type Cursor = z.infer<typeof MoveCursor>

/** Each row is three parts of a transaction at most, of which a step has 98. */
const ROWS = 30

interface Row {
  id: string
  path: Path
}

interface Step {
  tenant: Tenant
  moves: readonly PendingMove[]
}

const isStale =
  ({ moves }: Step) =>
  ({ path }: { path: Path }) =>
    asKey(placed(path, moves)) !== asKey(path)

async function followNodes<T extends TreeNode>({ tree, nodes }: Following<T>, step: Step, rows: readonly Row[]): Promise<Write[]> {
  const { tenant, moves } = step
  const stale = rows.filter(isStale(step))
  const keys = stale.map(({ id }) => nodes.keyOf({ id, organizationId: tenant.id } as Pick<T, 'id' | 'organizationId'> & Partial<T>))
  const found = keys.length > 0 ? await tenant.read<T>(...keys) : []
  return stale.flatMap(({ id, path }, n) => {
    const node = found[n]
    if (!node) throw problem('VERSION_CONFLICT')
    const to = placed(path, moves)
    return [
      derive(nodes, { ...node, path }, { path: to } as Partial<T>),
      remove(levelOf(tenant.id, tree, path)),
      putNew(levelOf(tenant.id, tree, to), { id, path: to }, 'VERSION_CONFLICT'),
    ]
  })
}

type PlacedEntry = Entry & Row

/** Entries that are just being written are left to whoever writes them, who looks once more after that. */
async function followEntries(entity: { plural: string }, step: Step, rows: readonly PlacedEntry[]): Promise<Write[]> {
  const { tenant, moves } = step
  const byItem = Map.groupBy(rows.filter(isStale(step)), ({ id }) => id)
  const ids = [...byItem.keys()]
  const lists = ids.length > 0 ? await tenant.read<Listed>(...ids.map((id) => listedKey(entity, tenant.id, id))) : []
  return [...byItem].flatMap(([id, entries], n) => {
    const listed = lists[n]
    if (!listed || listed.heldUntil) return []
    const spots = new Map(
      entries.map(({ path }): [string, Spot] => [String(placeSpot(entity, path, id)), placeSpot(entity, placed(path, moves), id)]),
    )
    const places = listed.places.map((spot) => spots.get(String(spot)) ?? spot)
    return [
      put(listedKey(entity, tenant.id, id), { ...listed, places }, unmovedLists(listed), 'VERSION_CONFLICT'),
      ...entries.flatMap((entry) => [
        remove(spotKey(tenant.id, placeSpot(entity, entry.path, id))),
        put(spotKey(tenant.id, placeSpot(entity, placed(entry.path, moves), id)), { ...entry, path: placed(entry.path, moves) }),
      ]),
    ]
  })
}

/** The moves that are under way are those that were read. */
const stillSo = (tenant: Tenant, { policyVersion }: TreeGate) =>
  check(organizationKey(tenant.id), { expression: 'policyVersion = :version', values: { ':version': policyVersion } }, 'VERSION_CONFLICT')

/** What a list of a move holds from here on. */
async function rowsOf(tenant: Tenant, partition: string, { from }: PendingMove, after: string | undefined): Promise<PlacedEntry[]> {
  const prefix = asKey(from)
  // A blank comes before every character of a key, and a tilde after them.
  const page = { from: after === undefined ? prefix : `${after} `, to: `${prefix}~`, limit: ROWS, consistent: true } as const
  return (await tenant.list<PlacedEntry>({ partitions: [partition], ...page })).items
}

interface List<T extends TreeNode> {
  partition: string
  /** Where in it a row stands. */
  sortOf(row: PlacedEntry): string
  follow(following: Following<T>, step: Step, rows: readonly PlacedEntry[]): Promise<Write[]>
}

/** Everything that may stand under the old path of a move. */
function listsOf<T extends TreeNode>({ tree, listed }: Following<T>, { from }: PendingMove): List<T>[] {
  const levels = Array.from({ length: tree.levels - from.length + 1 }, (_, n) => from.length + n)
  return [
    ...levels.map((level) => ({
      partition: levelPartition(tree.plural, level),
      sortOf: ({ path }: Row) => asKey(path),
      follow: followNodes<T>,
    })),
    ...listed.map((entity) => ({
      partition: placePartition(entity),
      sortOf: ({ path, id }: Row) => placeSpot(entity, path, id)[1],
      follow: (_: unknown, step: Step, rows: readonly PlacedEntry[]) => followEntries(entity, step, rows),
    })),
  ]
}

interface Going {
  tenant: Tenant
  input: z.infer<typeof MoveToFollow>
  cursor: Cursor | undefined
}

/** One step of a job that follows the moves of a tree until its own is followed. */
export const follows =
  <T extends TreeNode>(following: Following<T>) =>
  async ({ tenant, input, cursor }: Going): Promise<Outcome<Cursor>> => {
    const [gate] = await tenant.read<TreeGate>(organizationKey(tenant.id))
    const moves = gate?.pendingMoves ?? []
    const own = moves.filter(({ from }) => from[0]?.startsWith(following.tree.prefix))
    const [move] = own
    if (!gate || !move || !own.some(({ version }) => version === input.version)) return { done: {} }
    const at = cursor?.version === move.version ? cursor : { version: move.version, list: 0 }
    const list = listsOf(following, move)[at.list]
    if (!list) {
      const writes = [
        setMoves(
          gate,
          moves.filter((each) => each !== move),
        ),
      ]
      return move.version === input.version ? { writes, done: {} } : { writes, cursor: at }
    }
    const rows = await rowsOf(tenant, list.partition, move, at.after)
    const writes = await list.follow(following, { tenant, moves }, rows)
    const last = rows.at(-1)
    const next = rows.length === ROWS && last ? { ...at, after: list.sortOf(last) } : { version: at.version, list: at.list + 1 }
    return {
      writes: writes.length > 0 ? [stillSo(tenant, gate), ...writes] : [],
      counts: { moved: rows.length },
      cursor: next,
    }
  }
