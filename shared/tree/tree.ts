import { problem } from '../errors.ts'
import type { Versioned } from '../store/entity.ts'
import { FENCE_SHARDS, fenceKey, levelKey, shardOf } from '../store/keys.ts'
import type { Part, WriteContext } from '../store/part.ts'
import { putNew, remove, type Write } from '../store/writes.ts'
import { asKey, type Path, type PendingMove, placed } from './path.ts'

/**
 * Trees of a tenant's items, such as units. A node's path and the counts of what lies in it are derived fields of its entity, which counts
 * itself at its parent (`liesIn`); what is added here keeps the list of each level, and growth and moves apart.
 */

export interface Tree {
  plural: string
  /** What the ids of its nodes begin with: `unit_`. */
  prefix: string
  /** How many levels there may be, the top being the first. */
  levels: number
}

export interface TreeNode extends Versioned {
  parentId?: string | undefined
  /** As it was stored; where it is now, `pathOf` says. */
  path: Path
  /** Nodes right below it. */
  children: number
  /** What else lies in it. */
  members: number
}

/** What is known of the organization: its moves as of this version of its policy. */
export interface TreeGate {
  policyVersion: number
  pendingMoves?: readonly PendingMove[]
}

export const pathOf = ({ pendingMoves = [] }: Pick<TreeGate, 'pendingMoves'>, { path }: Pick<TreeNode, 'path'>): Path =>
  placed(path, pendingMoves)

/** The path of a node under a parent, or at the top. Throws `TOO_DEEP`. */
export function pathUnder({ levels }: Tree, gate: TreeGate, parent: TreeNode | undefined, id: string): Path {
  const path = [...(parent ? pathOf(gate, parent) : []), id]
  if (path.length <= levels) return path
  throw problem('TOO_DEEP', { message: `There can be no more than ${levels} levels. Choose a place nearer to the top.` })
}

/** Nothing was moved since this version, so the path is right; and whoever moves something sees that the tree grew meanwhile. */
const fence =
  ({ plural }: Tree, { policyVersion }: TreeGate, id: string) =>
  ({ tableName, organizationId }: WriteContext): Part => ({
    item: {
      Update: {
        TableName: tableName,
        Key: fenceKey(organizationId, plural, shardOf(id, FENCE_SHARDS)),
        UpdateExpression: 'ADD grown :one',
        ConditionExpression: 'attribute_not_exists(movedAt) OR movedAt <= :version',
        ExpressionAttributeValues: { ':one': 1, ':version': policyVersion },
      },
    },
    conflict: 'VERSION_CONFLICT',
  })

export const levelOf = (organizationId: string, { plural }: Tree, path: Path) => levelKey(organizationId, plural, path.length, asKey(path))

/** Written with a new node, whose path is of the gate that was read together with its parent. `VERSION_CONFLICT` where it is not right any more. */
export const grows =
  (tree: Tree, gate: TreeGate, { id, path }: TreeNode): Write =>
  (context) => [
    ...putNew(levelOf(context.organizationId, tree, path), { id, path }, 'VERSION_CONFLICT')(context),
    // What is at the top is where it is, whatever was moved.
    ...(path.length > 1 ? [fence(tree, gate, id)(context)] : []),
  ]

/** Written with the removal of a node. Throws `HAS_CHILDREN` where something lies in it. */
export function shrinks(tree: Tree, { path, children, members, organizationId }: TreeNode): Write {
  if (children + members > 0) throw problem('HAS_CHILDREN')
  return remove(levelOf(organizationId, tree, path))
}
