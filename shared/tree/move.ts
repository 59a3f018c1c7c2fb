import { problem } from '../errors.ts'
import type { Entity } from '../store/entity.ts'
import { FENCE_SHARDS, fenceKey, levelPartition, organizationKey } from '../store/keys.ts'
import type { Part } from '../store/part.ts'
import type { Tenant } from '../store/tenant.ts'
import type { Write } from '../store/writes.ts'
import { asKey, isUnder, type Path, type PendingMove, placed, storedUnder } from './path.ts'
import { pathOf, pathUnder, type Tree, type TreeGate, type TreeNode } from './tree.ts'

/**
 * A subtree moves by one entry in the organization item. That it makes no cycle and grows not too deep is judged by what stood at one version
 * of the policy, and written only if that is the version still and the tree did not grow meanwhile.
 */

/** So many subtrees may be on their way at once; whoever reads a path applies them all. */
const MOST_MOVES = 10

interface Fence {
  grown?: number
}

const shards = Array.from({ length: FENCE_SHARDS }, (_, shard) => shard)

/** Keeps what grows from here on to where everything is then; where `seen`, only if nothing grew since. */
const closes =
  ({ plural }: Tree, version: number, seen: readonly (Fence | undefined)[] | undefined): Write =>
  ({ tableName, organizationId }) =>
    shards.map((shard): Part => {
      const grown = seen?.[shard]?.grown
      const unmoved = grown === undefined ? 'attribute_not_exists(grown)' : 'grown = :grown'
      return {
        item: {
          Update: {
            TableName: tableName,
            Key: fenceKey(organizationId, plural, shard),
            UpdateExpression: 'SET movedAt = :version',
            ...(seen ? { ConditionExpression: unmoved } : {}),
            ExpressionAttributeValues: { ':version': version, ...(seen && grown !== undefined ? { ':grown': grown } : {}) },
          },
        },
        conflict: 'VERSION_CONFLICT',
      }
    })

/** Writes the moves of an organization that are under way, if they and the policy are still what was read. */
export const setMoves =
  ({ policyVersion, pendingMoves }: TreeGate, moves: readonly PendingMove[], version = policyVersion): Write =>
  ({ tableName, organizationId }) => [
    {
      item: {
        Update: {
          TableName: tableName,
          Key: organizationKey(organizationId),
          UpdateExpression: 'SET pendingMoves = :moves, policyVersion = :version',
          ConditionExpression: `policyVersion = :known AND ${pendingMoves ? 'pendingMoves = :pending' : 'attribute_not_exists(pendingMoves)'}`,
          ExpressionAttributeValues: {
            ':moves': moves,
            ':version': version,
            ':known': policyVersion,
            ...(pendingMoves ? { ':pending': pendingMoves } : {}),
          },
        },
      },
      conflict: 'VERSION_CONFLICT',
      once: 'policy',
    },
  ]

interface Row {
  path: Path
}

/** Is there anything so many levels below a node? Read from the lists of levels, which show what is written by now. */
async function reachesDown(tree: Tree, tenant: Tenant, gate: TreeGate, from: Path, depth: number): Promise<boolean> {
  const { pendingMoves = [] } = gate
  const spans = storedUnder(from, pendingMoves).flatMap((stored) => {
    const level = stored.length + depth
    return level > tree.levels ? [] : [{ partition: levelPartition(tree.plural, level), beginsWith: asKey(stored) }]
  })
  if (spans.length === 0) return false
  const isThere = ({ path }: Row) => isUnder(placed(path, pendingMoves), from)
  const { items, nextCursor } = await tenant.list<Row>({ partitions: spans, consistent: true, limit: 1, keep: isThere })
  // Very much that was below it is on its way elsewhere, and hides what is left.
  if (items.length === 0 && nextCursor) throw problem('MOVE_IN_PROGRESS')
  return items.length > 0
}

/** A move that may be made. */
export interface Planned {
  move: PendingMove
  writes: Write[]
}

/**
 * Moves a node under another, or to the top, with all below it. Throws `CYCLE`, `TOO_DEEP`, or `MOVE_IN_PROGRESS` where too much is on its way;
 * `VERSION_CONFLICT`, when it is written, says that something else came first: read node, parent and gate again, together.
 */
export async function planMove(
  { tree, tenant }: { tree: Tree; tenant: Tenant },
  gate: TreeGate,
  node: TreeNode,
  parent: TreeNode | undefined,
): Promise<Planned> {
  const { pendingMoves = [], policyVersion } = gate
  const from = pathOf(gate, node)
  if (parent && pathOf(gate, parent).includes(node.id)) throw problem('CYCLE')
  if (pendingMoves.length >= MOST_MOVES) throw problem('MOVE_IN_PROGRESS')
  const to = pathUnder(tree, gate, parent, node.id)
  const isDeeper = to.length > from.length
  const seen = isDeeper ? await tenant.read<Fence>(...shards.map((shard) => fenceKey(tenant.id, tree.plural, shard))) : undefined
  if (isDeeper && (await reachesDown(tree, tenant, gate, from, tree.levels - to.length + 1))) {
    throw problem('TOO_DEEP', {
      message: `There can be no more than ${tree.levels} levels, and what lies below this would come to lie deeper.`,
    })
  }
  const version = policyVersion + 1
  const move = { from, to, version }
  return { move, writes: [setMoves(gate, [...pendingMoves, move], version), closes(tree, version, seen)] }
}

/** Node, parent and the organization's moves as they stood together at one moment. */
export async function readTogether<T extends TreeNode>(tenant: Tenant, nodes: Entity<T>, ids: readonly (string | undefined)[]) {
  const asked = [...new Set(ids)].filter((id) => id !== undefined)
  const keys = asked.map((id) => nodes.keyOf({ id, organizationId: tenant.id } as Pick<T, 'id' | 'organizationId'> & Partial<T>))
  const [gate, ...found] = (await tenant.snapshot(organizationKey(tenant.id), ...keys)) as [TreeGate, ...(T | undefined)[]]
  const byId = new Map(found.flatMap((node) => (node ? [[node.id, node] as const] : [])))
  return { gate, nodes: ids.map((id) => (id === undefined ? undefined : byId.get(id))) }
}
