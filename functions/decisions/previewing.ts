import type * as z from 'zod'
import { problem } from '../../shared/errors.ts'
import { type Entity, placePartition, type Versioned } from '../../shared/store/entity.ts'
import { readTogether } from '../../shared/tree/move.ts'
import { asKey, type Move, storedUnder } from '../../shared/tree/path.ts'
import { pathOf, pathUnder, type Tree, type TreeNode } from '../../shared/tree/tree.ts'
import { assignments, roles } from '../access/door.ts'
import { groups, groupTree } from '../groups/door.ts'
import { units, unitTree } from '../units/door.ts'
import { users } from '../users/door.ts'
import type { Change, Holder } from './changes.ts'
import type { previewAccess } from './contract.ts'
import type { Asking } from './facts.ts'
import type { Sought } from './sought.ts'

/** A change as it is asked about, made out of what is there: and whom it may concern. */

export interface Previewed {
  change: Change
  concerned: Sought
}

type Asked = z.output<typeof previewAccess.body>['change']
type Of<T extends Asked['type']> = Extract<Asked, { type: T }>

const nobody: Sought = { matches: () => false, roleIds: [] }

/** `NOT_FOUND` unless it is there. */
async function here<T extends Versioned>({ tenant }: Asking, entity: Entity<T>, id: string): Promise<T> {
  const item = await tenant.get(entity, id)
  if (!item || item.deletedAt) throw problem('NOT_FOUND')
  return item
}

const holderIn = (call: Asking, { type, id }: Holder) => (type === 'user' ? here(call, users, id) : here(call, groups, id))

const peopleOf = ({ type, id }: Holder): Sought => (type === 'user' ? { ...nobody, userIds: [id] } : { ...nobody, rootIds: [id] })

async function roleChanged(call: Asking, { roleId, ...change }: Of<'role_permissions'>): Promise<Previewed> {
  await here(call, roles, roleId)
  return { change: { ...change, roleId }, concerned: { matches: (given) => given.roleId === roleId, roleIds: [roleId] } }
}

async function memberChanged(call: Asking, change: Of<'member_added' | 'member_removed'>): Promise<Previewed> {
  await Promise.all([here(call, groups, change.groupId), here(call, users, change.userId)])
  return { change, concerned: { ...nobody, userIds: [change.userId] } }
}

async function assignmentAdded(call: Asking, { type, holder, ...given }: Of<'assignment_added'>): Promise<Previewed> {
  await holderIn(call, holder)
  const { roleId, permission, scope, conditions, expiresAt } = given
  const assignment = {
    id: 'asg_previewed',
    ...(roleId ? { roleId } : {}),
    ...(permission ? { permission } : {}),
    scope,
    ...(conditions.length > 0 ? { conditions } : {}),
    ...(expiresAt ? { expiresAt } : {}),
    grantedBy: call.principal.id,
    createdAt: call.now,
  }
  return { change: { type, holder, assignment }, concerned: peopleOf(holder) }
}

async function assignmentRemoved(call: Asking, change: Of<'assignment_removed'>): Promise<Previewed> {
  const holder = await holderIn(call, change.holder)
  if (!holder.assignments.some(({ id }) => id === change.assignmentId)) throw problem('NOT_FOUND')
  return { change, concerned: peopleOf(change.holder) }
}

/** Where a node would lie, and the nodes that are above it only before, or only after. Throws `CYCLE`, `TOO_DEEP`. */
async function moved<T extends TreeNode>({ tenant }: Asking, tree: Tree, nodes: Entity<T>, id: string, parentId: string | null) {
  const { gate, nodes: found } = await readTogether(tenant, nodes, [id, parentId ?? undefined])
  const [node, parent] = found
  if (!node || node.deletedAt || (parentId !== null && (!parent || parent.deletedAt))) throw problem('NOT_FOUND')
  if (parent && pathOf(gate, parent).includes(id)) throw problem('CYCLE')
  const move: Move = { from: pathOf(gate, node), to: pathUnder(tree, gate, parent, id) }
  const { pendingMoves = [] } = gate
  const apart = [move.from, move.to].flatMap((path, n, both) =>
    path.slice(0, -1).flatMap((each, level) => (both[1 - n]?.includes(each) ? [] : [path.slice(0, level + 1)])),
  )
  // What was given right there, and not what was given below it.
  const spans = apart.flatMap((path) => storedUnder(path, pendingMoves)).map((path) => `${asKey(path)}asg_`)
  return {
    move,
    apart: apart.flatMap((path) => path.slice(-1)),
    records: { partitions: [...new Set(spans)].map((beginsWith) => ({ partition: placePartition(assignments), beginsWith })) },
  }
}

async function unitMoved(call: Asking, { type, unitId, newParentId }: Of<'unit_moved'>): Promise<Previewed> {
  const { move, apart, records } = await moved(call, unitTree, units, unitId, newParentId)
  // Whoever looks after a unit was given that with it, and there is no record of it.
  const owned = await Promise.all(apart.map((id) => call.tenant.get(units, id)))
  const userIds = [...new Set(owned.flatMap((unit) => unit?.ownerId ?? []))].sort()
  const matches: Sought['matches'] = ({ scope }) => scope.type === 'unit' && apart.includes(scope.id)
  return { change: { type, move }, concerned: { matches, userIds, roleIds: [], records } }
}

async function groupMoved(call: Asking, { type, groupId, newParentId }: Of<'group_moved'>): Promise<Previewed> {
  const { move, apart, records } = await moved(call, groupTree, groups, groupId, newParentId)
  const matches: Sought['matches'] = ({ scope }) => scope.type === 'group' && apart.includes(scope.id)
  return { change: { type, move }, concerned: { matches, rootIds: [groupId], roleIds: [], records } }
}

export function previewed(call: Asking, change: Asked): Promise<Previewed> {
  switch (change.type) {
    case 'role_permissions':
      return roleChanged(call, change)
    case 'member_added':
    case 'member_removed':
      return memberChanged(call, change)
    case 'unit_moved':
      return unitMoved(call, change)
    case 'group_moved':
      return groupMoved(call, change)
    case 'assignment_added':
      return assignmentAdded(call, change)
    case 'assignment_removed':
      return assignmentRemoved(call, change)
  }
}
