import { unitCreated, unitDeleted, unitOwnerChanged, unitUpdated } from '../../events/units.ts'
import { newId } from '../../shared/ids.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'

/** A part of an organization: a department, a site, a team. */
export interface Unit extends Versioned {
  name: string
  description?: string | undefined
  /** Who looks after it. */
  ownerId: string
}

export type UnitFields = Pick<Unit, 'name' | 'description' | 'ownerId'>

/** Names are compared as people do: without regard to case and to how a character is composed. */
const fold = (name: string) => name.normalize('NFKC').toLowerCase()

export const units = entity<Unit>({
  name: 'UNIT',
  all: true,
  lists: { OWNER: ({ ownerId }) => [ownerId] },
  search: ({ name }) => [name],
  guards: { UNIT_NAME: { of: ({ name, deletedAt }) => (deletedAt ? undefined : fold(name)), conflict: 'NAME_TAKEN' } },
  label: ({ name }) => name,
})

export const makeUnit = (organizationId: string, fields: UnitFields, at: string): Change<Unit> =>
  created<Unit>(
    { id: newId('unit', Date.parse(at)), organizationId, ...fields },
    { event: unitCreated, at, data: { ownerId: fields.ownerId } },
  )

export const fieldsOf = ({ name, description, ownerId }: Unit): UnitFields => ({ name, description, ownerId })

export function edit(unit: Unit, fields: UnitFields, at: string): Change<Unit> | undefined {
  const { name, description, ownerId } = fields
  if (ownerId !== unit.ownerId) return changed<Unit>(unit, fields, { event: unitOwnerChanged, at, data: { ownerId } })
  if (name === unit.name && description === unit.description) return undefined
  return changed<Unit>(unit, fields, { event: unitUpdated, at })
}

export const remove = (unit: Unit, at: string): Change<Unit> => changed<Unit>(unit, { deletedAt: at }, { event: unitDeleted, at })

export const toUnit = ({ description, deletedAt, ...unit }: Unit) => ({
  ...unit,
  description: description ?? null,
  deletedAt: deletedAt ?? null,
})
