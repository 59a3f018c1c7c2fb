import { patches } from '../../shared/resource/verbs.ts'
import { requireUser } from '../users/door.ts'
import { updateUnit } from './contract.ts'
import { OWNER_UNKNOWN } from './problems.ts'
import { edit, fieldsOf, toUnit, units } from './unit.ts'

export const handler = patches(
  updateUnit,
  units,
  fieldsOf,
  (unit, fields, now) => {
    const change = edit(unit, fields, now)
    return (
      change && {
        ...change,
        alongside: fields.ownerId === unit.ownerId ? [] : [requireUser(unit.organizationId, fields.ownerId, OWNER_UNKNOWN)],
      }
    )
  },
  toUnit,
)
