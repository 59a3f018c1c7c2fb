import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { moves } from '../../shared/tree/moving.ts'
import { moveUnit } from './contract.ts'
import { rule } from './follow-moves.ts'
import { requireBringing } from './owners.ts'
import { moveTo, toUnit, unitNodes, units } from './unit.ts'

export const handler = serve(moveUnit, { resource: units }, async (call) => {
  const { resource, body, access } = call
  const parentId = body.newParentId ?? undefined
  if (!(await access.allowed('units:create', parentId === undefined ? undefined : { type: 'unit', unitId: parentId }))) {
    const where = parentId === undefined ? 'at the top' : 'under that unit'
    throw problem('FORBIDDEN', { message: `You may not bring units to lie ${where}.`, details: { missing: 'units:create' } })
  }
  if (parentId !== undefined) await requireBringing(call, resource.id, parentId)
  return moves({ ...unitNodes, follow: rule, change: moveTo, present: toUnit }, call, { judged: resource, parentId })
})
