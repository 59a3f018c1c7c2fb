import { groupCreated, groupDeleted, groupMoved, groupRolesChanged, groupUpdated } from '../../events/groups.ts'
import type { Assignment } from '../../shared/access/model.ts'
import { type Change, changed, created, entity } from '../../shared/store/entity.ts'
import { type Key, tenantPartition } from '../../shared/store/keys.ts'
import { add, putNew, remove as removeItem, type Write } from '../../shared/store/writes.ts'
import { amongSiblings } from '../../shared/tree/names.ts'
import { asKey, type Path } from '../../shared/tree/path.ts'
import { pathOf, type Tree, type TreeGate, type TreeNode } from '../../shared/tree/tree.ts'
import { holdings } from '../users/door.ts'
import { GROUP_UNKNOWN, HAS_MEMBERS } from './problems.ts'

/** People of an organization who hold what the group was given, and the groups above it. */
export interface Group extends TreeNode {
  name: string
  description?: string | undefined
  /** What kind of group it is, in the organization's own words. */
  type?: string | undefined
  assignments: Assignment[]
}

export interface GroupFields {
  name: string
  description?: string | undefined
  type?: string | undefined
}

export const groups = entity<Group>({
  name: 'GROUP',
  all: true,
  byPlace: 'g2',
  indexes: ({ path }) => ({ g2: ['GROUPS#TREE', asKey(path)] }),
  lists: {
    ROLE: ({ assignments }) => assignments.flatMap(({ roleId }) => roleId ?? []),
    PARENT: { index: 'g3', of: ({ parentId = '' }) => parentId, except: '' },
  },
  search: ({ name }) => [name],
  guards: { GROUP_NAME: amongSiblings },
  liesIn: { entity: 'GROUP', id: ({ parentId }) => parentId, counted: 'children', unknown: GROUP_UNKNOWN },
  label: ({ name }) => name,
  access: { groupIds: ({ id }) => [id] },
  policy: ['assignments', 'deletedAt'],
  derived: ['path', 'children', 'members'],
})

export const groupTree: Tree = { plural: groups.plural, prefix: 'grp_', levels: 8 }
export const groupNodes = { tree: groupTree, nodes: groups, unknown: GROUP_UNKNOWN }

/** A group with this id, where this path says. */
export function makeGroup(
  organizationId: string,
  { id, path, ...fields }: GroupFields & Pick<Group, 'id' | 'path'>,
  at: string,
): Change<Group> {
  const parentId = path.at(-2)
  const under = parentId ? { parentId } : {}
  // Who is in it is counted apart.
  const counted = { children: 0, members: 0 }
  return created<Group>(
    { id, organizationId, ...fields, ...under, path, ...counted, assignments: [] },
    { event: groupCreated, at, data: under },
  )
}

export const fieldsOf = ({ name, description, type }: Group): GroupFields => ({ name, description, type })

export function edit(group: Group, { name, description, type }: GroupFields, at: string): Change<Group> | undefined {
  if (name === group.name && description === group.description && type === group.type) return undefined
  return changed<Group>(group, { name, description, type }, { event: groupUpdated, at })
}

/** With all that is below it to where this path says. */
export const moveTo = (group: Group, path: Path, at: string): Change<Group> =>
  changed<Group>(group, { parentId: path.at(-2), path }, { event: groupMoved, at, data: { newParentId: path.at(-2) ?? null } })

export const remove = (group: Group, at: string): Change<Group> => changed<Group>(group, { deletedAt: at }, { event: groupDeleted, at })

export const { give: giveGroup, take: takeFromGroup } = holdings<Group>(groupRolesChanged)

/** How many are in it, apart from the group, so that who comes and goes holds up nobody who changes it. */
const countKey = (organizationId: string, id: string): Key => ({ pk: tenantPartition(organizationId, 'GROUP', id), sk: 'MEMBERS' })

export const beginsCount = ({ organizationId, id }: Group): Write => putNew(countKey(organizationId, id), { count: 0 }, 'CONFLICT')

/** `GROUP_UNKNOWN` where the group is not there any more. */
export const counts = (organizationId: string, groupId: string, by: number): Write =>
  add(countKey(organizationId, groupId), 'count', by, { expression: 'attribute_exists(pk)' }, GROUP_UNKNOWN)

/** `HAS_MEMBERS` unless nobody is in it. */
export const endsCount = ({ organizationId, id }: Group): Write =>
  removeItem(
    countKey(organizationId, id),
    { expression: '#count = :none', names: { '#count': 'count' }, values: { ':none': 0 } },
    HAS_MEMBERS,
  )

/** A group as it is shown, where it is by now. */
export function toGroup(
  { assignments: _assignments, children: _children, members: _members, description, type, parentId, deletedAt, ...group }: Group,
  gate: Pick<TreeGate, 'pendingMoves'>,
) {
  const path = [...pathOf(gate, group)]
  return {
    ...group,
    description: description ?? null,
    type: type ?? null,
    parentId: parentId ?? null,
    path,
    hierarchyLevel: path.length,
    deletedAt: deletedAt ?? null,
  }
}
