import { find } from '../../shared/resource/lists.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { listUnits } from './contract.ts'
import { toUnit, units } from './unit.ts'

export const handler = lists(
  listUnits,
  ({ query: { ownerId, ...page }, tenant }) => find(tenant, units, { ...page, by: { OWNER: ownerId } }),
  toUnit,
)
