import { serve } from '../../shared/serve/serve.ts'
import { placePartition } from '../../shared/store/entity.ts'
import { asKey, isUnder, storedUnder } from '../../shared/tree/path.ts'
import { pathOf } from '../../shared/tree/tree.ts'
import { listUnitSubtree } from './contract.ts'
import { toUnit, type Unit, units } from './unit.ts'

/** In the order of the tree; what is on its way elsewhere stands there no more, and what comes from elsewhere stands where it is stored. */
export const handler = serve(listUnitSubtree, { resource: units }, async ({ resource, query, tenant, organization, access }) => {
  const { pendingMoves = [] } = organization
  const root = pathOf(organization, resource)
  const partitions = storedUnder(root, pendingMoves).map((path) => ({ partition: placePartition(units), beginsWith: asKey(path) }))
  const keep = (unit: Unit) => isUnder(pathOf(organization, unit), root)
  const filter = pendingMoves.length > 0 ? { keep } : {}
  const { items, nextCursor } = await tenant.list<Unit>({ ...query, partitions, index: 'g2', ...filter })
  const { visible } = await access.reach('units:read')
  const shown = await visible(
    units,
    items.map((item) => ({ item })),
  )
  return { items: shown.map((unit) => toUnit(unit, organization)), nextCursor }
})
