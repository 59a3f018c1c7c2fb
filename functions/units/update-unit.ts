import { patches } from '../../shared/resource/verbs.ts'
import { updateUnit } from './contract.ts'
import { requireOwner } from './owner.ts'
import { edit, fieldsOf, toUnit, units } from './unit.ts'

export const handler = patches(
  updateUnit,
  units,
  fieldsOf,
  (unit, fields, now) => {
    const change = edit(unit, fields, now)
    return change && { ...change, alongside: fields.ownerId === unit.ownerId ? [] : [requireOwner(unit.organizationId, fields.ownerId)] }
  },
  toUnit,
)
