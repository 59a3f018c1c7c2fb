import { unitCreated, unitDeleted, unitMoved, unitOwnerChanged, unitUpdated } from '../../events/units.ts'
import { type Change, changed, created, entity } from '../../shared/store/entity.ts'
import { amongSiblings } from '../../shared/tree/names.ts'
import { asKey, type Path } from '../../shared/tree/path.ts'
import { pathOf, type Tree, type TreeGate, type TreeNode } from '../../shared/tree/tree.ts'
import { PARENT_UNKNOWN } from './problems.ts'

/** A part of an organization: a department, a site, a team; with the parts that it has itself. */
export interface Unit extends TreeNode {
  name: string
  description?: string | undefined
  /** Who looks after it. */
  ownerId: string
}

export type UnitFields = Pick<Unit, 'name' | 'description' | 'ownerId'>

export const units = entity<Unit>({
  name: 'UNIT',
  all: true,
  byPlace: 'g2',
  indexes: ({ path }) => ({ g2: ['UNITS#TREE', asKey(path)] }),
  lists: { OWNER: ({ ownerId }) => [ownerId], PARENT: { index: 'g3', of: ({ parentId = '' }) => parentId, except: '' } },
  search: ({ name }) => [name],
  guards: { UNIT_NAME: amongSiblings },
  liesIn: { entity: 'UNIT', id: ({ parentId }) => parentId, counted: 'children', unknown: PARENT_UNKNOWN },
  label: ({ name }) => name,
  access: { unitId: ({ id }) => id, ownerId: ({ ownerId }) => ownerId },
  policy: ['deletedAt'],
  derived: ['path', 'children', 'members'],
})

export const unitTree: Tree = { plural: units.plural, prefix: 'unit_', levels: 10 }
export const unitNodes = { tree: unitTree, nodes: units, unknown: PARENT_UNKNOWN }

/** A unit with this id, where this path says. */
export function makeUnit(
  organizationId: string,
  { id, path, ...fields }: UnitFields & Pick<Unit, 'id' | 'path'>,
  at: string,
): Change<Unit> {
  const parentId = path.at(-2)
  return created<Unit>(
    { id, organizationId, ...fields, ...(parentId ? { parentId } : {}), path, children: 0, members: 0 },
    { event: unitCreated, at, data: { ownerId: fields.ownerId, ...(parentId ? { parentId } : {}) } },
  )
}

export const fieldsOf = ({ name, description, ownerId }: Unit): UnitFields => ({ name, description, ownerId })

export function edit(unit: Unit, fields: UnitFields, at: string): Change<Unit> | undefined {
  const { name, description, ownerId } = fields
  if (ownerId !== unit.ownerId) return changed<Unit>(unit, fields, { event: unitOwnerChanged, at, data: { ownerId } })
  if (name === unit.name && description === unit.description) return undefined
  return changed<Unit>(unit, fields, { event: unitUpdated, at })
}

/** With all that is below it to where this path says. */
export const moveTo = (unit: Unit, path: Path, at: string): Change<Unit> =>
  changed<Unit>(unit, { parentId: path.at(-2), path }, { event: unitMoved, at, data: { newParentId: path.at(-2) ?? null } })

export const remove = (unit: Unit, at: string): Change<Unit> => changed<Unit>(unit, { deletedAt: at }, { event: unitDeleted, at })

/** A unit as it is shown, where it is by now. */
export function toUnit(
  { description, parentId, deletedAt, children: _children, members: _members, ...unit }: Unit,
  gate: Pick<TreeGate, 'pendingMoves'>,
) {
  const path = [...pathOf(gate, unit)]
  const shown = {
    parentId: parentId ?? null,
    path,
    hierarchyLevel: path.length,
    description: description ?? null,
    deletedAt: deletedAt ?? null,
  }
  return { ...unit, ...shown }
}
