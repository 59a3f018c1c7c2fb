import type { Scope } from '../../shared/access/model.ts'
import { problem } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import type { Call } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save } from '../../shared/store/writes.ts'
import { readTogether } from '../../shared/tree/move.ts'
import { grows, pathUnder } from '../../shared/tree/tree.ts'
import { createUnit } from './contract.ts'
import { handsOver, requireOwnership } from './owners.ts'
import { PARENT_UNKNOWN } from './problems.ts'
import { makeUnit, toUnit, units, unitTree } from './unit.ts'
import { countsNames } from './unit-names.ts'

/** What is under a unit lies in it, so what is held there is held in what is new. */
const placeOf = (parentId: string | undefined): Scope => (parentId ? { type: 'unit', id: parentId } : { type: 'organization' })

/** What is at the top is where it is, whatever is moved. */
async function placeUnder({ tenant, organization }: Call<typeof createUnit>, parentId: string | undefined) {
  if (parentId === undefined) return { gate: organization, parent: undefined }
  const { gate, nodes } = await readTogether(tenant, units, [parentId])
  return { gate, parent: nodes[0] }
}

export const handler = serve(createUnit, async (call) => {
  const { body, tenant, organization, now } = call
  const { parentId, ...fields } = body
  await requireOwnership(call, placeOf(parentId), fields.ownerId)
  const id = newId('unit', Date.parse(now))
  return retryConflicts(async () => {
    const [{ gate, parent }, handed] = await Promise.all([placeUnder(call, parentId), handsOver(call, id, { to: fields.ownerId })])
    if (parentId !== undefined && (!parent || parent.deletedAt)) throw problem(PARENT_UNKNOWN)
    const change = makeUnit(tenant.id, { ...fields, id, path: pathUnder(unitTree, gate, parent, id) }, now)
    const tree = grows(unitTree, gate, change.after)
    return tenant.commit([save(units, change), tree, ...countsNames(change, organization), ...handed], toUnit(change.after, {}))
  })
})
