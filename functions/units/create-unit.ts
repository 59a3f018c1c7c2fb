import { creates } from '../../shared/resource/verbs.ts'
import { requireUser } from '../users/door.ts'
import { createUnit } from './contract.ts'
import { OWNER_UNKNOWN } from './problems.ts'
import { makeUnit, toUnit, units } from './unit.ts'

export const handler = creates(
  createUnit,
  units,
  ({ body, tenant, now }) => ({ ...makeUnit(tenant.id, body, now), alongside: [requireUser(tenant.id, body.ownerId, OWNER_UNKNOWN)] }),
  toUnit,
)
