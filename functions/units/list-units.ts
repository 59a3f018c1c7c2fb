import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { listUnits } from './contract.ts'
import { toUnit, units } from './unit.ts'

export const handler = lists(
  listUnits,
  async ({ query: { ownerId, parentId, ...page }, tenant, access }) =>
    find(tenant, units, { ...page, by: { PARENT: parentId, OWNER: ownerId }, within: await access.reach('units:read') }),
  (unit, { organization }) => toUnit(unit, organization),
)
