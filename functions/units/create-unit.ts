import type { Scope } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save } from '../../shared/store/writes.ts'
import { placeUnder } from '../../shared/tree/moving.ts'
import { grows, pathUnder } from '../../shared/tree/tree.ts'
import { createUnit } from './contract.ts'
import { handsOver, requireOwnership } from './owners.ts'
import { makeUnit, toUnit, unitNodes, units, unitTree } from './unit.ts'
import { countsNames } from './unit-names.ts'

/** What is under a unit lies in it, so what is held there is held in what is new. */
const placeOf = (parentId: string | undefined): Scope => (parentId ? { type: 'unit', id: parentId } : { type: 'organization' })

export const handler = serve(createUnit, async (call) => {
  const { body, tenant, organization, now } = call
  const { parentId, ...fields } = body
  await requireOwnership(call, placeOf(parentId), fields.ownerId)
  const id = newId('unit', Date.parse(now))
  return retryConflicts(async () => {
    const [{ gate, parent }, handed] = await Promise.all([
      placeUnder(unitNodes, call, parentId),
      handsOver(call, id, { to: fields.ownerId }),
    ])
    const change = makeUnit(tenant.id, { ...fields, id, path: pathUnder(unitTree, gate, parent, id) }, now)
    const tree = grows(unitTree, gate, change.after)
    return tenant.commit([save(units, change), tree, ...countsNames(change, organization), ...handed], toUnit(change.after, {}))
  })
})
