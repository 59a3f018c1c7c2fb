import { creates } from '../../shared/resource/verbs.ts'
import { createUnit } from './contract.ts'
import { requireOwner } from './owner.ts'
import { makeUnit, toUnit, units } from './unit.ts'

export const handler = creates(
  createUnit,
  units,
  ({ body, tenant, now }) => ({ ...makeUnit(tenant.id, body, now), alongside: [requireOwner(tenant.id, body.ownerId)] }),
  toUnit,
)
