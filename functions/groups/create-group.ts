import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save } from '../../shared/store/writes.ts'
import { placeUnder } from '../../shared/tree/moving.ts'
import { grows, pathUnder } from '../../shared/tree/tree.ts'
import { createGroup } from './contract.ts'
import { requireMakable } from './granting.ts'
import { beginsCount, groupNodes, groups, groupTree, makeGroup, toGroup } from './group.ts'

export const handler = serve(createGroup, async (call) => {
  const { body, tenant, now } = call
  const { parentId, ...fields } = body
  await requireMakable(call, parentId)
  const id = newId('grp', Date.parse(now))
  return retryConflicts(async () => {
    const { gate, parent } = await placeUnder(groupNodes, call, parentId)
    const change = makeGroup(tenant.id, { ...fields, id, path: pathUnder(groupTree, gate, parent, id) }, now)
    const made = [save(groups, change), grows(groupTree, gate, change.after), beginsCount(change.after)]
    return tenant.commit(made, toGroup(change.after, {}))
  })
})
