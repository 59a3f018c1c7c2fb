import { type ProblemKind, problem } from '../errors.ts'
import { jobs } from '../jobs/job-store.ts'
import { startJob } from '../jobs/rule.ts'
import type { OrganizationGate } from '../serve/gates.ts'
import type { Change, Entity } from '../store/entity.ts'
import { retryConflicts } from '../store/retry-conflicts.ts'
import type { Tenant } from '../store/tenant.ts'
import { save } from '../store/writes.ts'
import type { MoveToFollow } from './follow.ts'
import { planMove, readTogether } from './move.ts'
import type { Path } from './path.ts'
import type { Tree, TreeGate, TreeNode } from './tree.ts'

/** A tree's nodes, as they are made under others and moved. */
export interface Nodes<T extends TreeNode> {
  tree: Tree
  nodes: Entity<T>
  /** Told where the node to lie under is not there. */
  unknown: ProblemKind
}

/** Where a new node is to lie, and what is known of that place; what is at the top is where it is, whatever is moved. */
export async function placeUnder<T extends TreeNode>(
  { nodes, unknown }: Nodes<T>,
  { tenant, organization }: { tenant: Tenant; organization: OrganizationGate },
  parentId: string | undefined,
): Promise<{ gate: TreeGate; parent?: T }> {
  if (parentId === undefined) return { gate: organization }
  const { gate, nodes: found } = await readTogether(tenant, nodes, [parentId])
  const [parent] = found
  if (!parent || parent.deletedAt) throw problem(unknown)
  return { gate, parent }
}

interface Moving<T extends TreeNode, R> extends Nodes<T> {
  /** The kind of job that rewrites what is stored. */
  follow: { name: string; input: typeof MoveToFollow }
  change(node: T, path: Path, at: string): Change<T>
  present(node: T, gate: Pick<TreeGate, 'pendingMoves'>): R
}

interface Mover {
  tenant: Tenant
  actor: { id: string }
  now: string
}

/**
 * Moves a node with all below it, to the top without a parent. In force at once; the job follows, and is started with every move, so that
 * one which is given up is made good by the next. The caller was judged by where the node was: `VERSION_CONFLICT` where somebody else has
 * brought it to another place since. Throws as `planMove` does.
 */
export const moves = <T extends TreeNode, R>(
  { tree, nodes, unknown, follow, change, present }: Moving<T, R>,
  call: Mover,
  { judged, parentId }: { judged: T; parentId: string | undefined },
): Promise<R> =>
  retryConflicts(async () => {
    const { tenant, now } = call
    const { id } = judged
    const { gate, nodes: found } = await readTogether(tenant, nodes, [id, parentId])
    const [node, parent] = found
    if (!node || node.deletedAt) throw problem('DELETED')
    if (parentId !== undefined && (!parent || parent.deletedAt)) throw problem(unknown)
    if (node.parentId === parentId) return present(node, gate)
    if (node.parentId !== judged.parentId) throw problem('VERSION_CONFLICT')
    const { move, writes } = await planMove({ tree, tenant }, gate, node, parent)
    const changed = change(node, move.to, now)
    const started = startJob(follow, { version: move.version }, { ...call, resource: { type: nodes.name.toLowerCase(), id } })
    return tenant.commit([...writes, save(nodes, changed), save(jobs, started)], present(changed.after, {}))
  })
