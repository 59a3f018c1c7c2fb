import { find } from '../../shared/resource/find.ts'
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
  const keep = (unit: Unit) => isUnder(pathOf(organization, unit), root)
  const stored = storedUnder(root, pendingMoves).map(asKey)
  const within = await access.reach('units:read')

  /** All of it, save what conditions hide. */
  async function whole() {
    const partitions = stored.map((beginsWith) => ({ partition: placePartition(units), beginsWith }))
    const filter = pendingMoves.length > 0 ? { keep } : {}
    const { items, nextCursor } = await tenant.list<Unit>({ ...query, partitions, index: 'g2', ...filter })
    const hits = items.map((item) => ({ item }))
    return { items: await within.visible(units, hits), nextCursor }
  }

  /** Whoever sees the unit by itself is shown of what lies below it what they see by other grants. */
  const parts = () => {
    const prefixes = within.prefixes.filter((prefix) => stored.some((beginning) => prefix.startsWith(beginning)))
    return find(tenant, units, { ...query, within: { ...within, prefixes }, keep })
  }

  const { items, nextCursor } = await (within.isWhole || (await within.covers(resource.id)) ? whole() : parts())
  return { items: items.map((unit) => toUnit(unit, organization)), nextCursor }
})
