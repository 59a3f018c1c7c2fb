import { problem } from '../../shared/errors.ts'
import { jobs } from '../../shared/jobs/job-store.ts'
import { startJob } from '../../shared/jobs/rule.ts'
import { serve } from '../../shared/serve/serve.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save } from '../../shared/store/writes.ts'
import { planMove, readTogether } from '../../shared/tree/move.ts'
import { moveUnit } from './contract.ts'
import { rule } from './follow-moves.ts'
import { requireBringing } from './owners.ts'
import { PARENT_UNKNOWN } from './problems.ts'
import { moveTo, toUnit, units, unitTree } from './unit.ts'

/** In force at once; the job follows, and is started with every move, so that one which is given up is made good by the next. */
export const handler = serve(moveUnit, { resource: units }, async (call) => {
  const { resource, body, tenant, access, now } = call
  const parentId = body.newParentId ?? undefined
  if (!(await access.allowed('units:create', parentId === undefined ? undefined : { type: 'unit', unitId: parentId }))) {
    const where = parentId === undefined ? 'at the top' : 'under that unit'
    throw problem('FORBIDDEN', { message: `You may not bring units to lie ${where}.`, details: { missing: 'units:create' } })
  }
  if (parentId !== undefined) await requireBringing(call, resource.id, parentId)
  return retryConflicts(async () => {
    const { gate, nodes } = await readTogether(tenant, units, [resource.id, parentId])
    const [unit, parent] = nodes
    if (!unit || unit.deletedAt) throw problem('DELETED')
    if (parentId !== undefined && (!parent || parent.deletedAt)) throw problem(PARENT_UNKNOWN)
    if (unit.parentId === parentId) return toUnit(unit, gate)
    const { move, writes } = await planMove({ tree: unitTree, tenant }, gate, unit, parent)
    const change = moveTo(unit, move.to, now)
    const follow = startJob(rule, { version: move.version }, { ...call, resource: { type: 'unit', id: unit.id } })
    return tenant.commit([...writes, save(units, change), save(jobs, follow)], toUnit(change.after, {}))
  })
})
