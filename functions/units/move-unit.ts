import { requireAllowed } from '../../shared/serve/access.ts'
import { serve } from '../../shared/serve/serve.ts'
import { moves } from '../../shared/tree/moving.ts'
import { moveUnit } from './contract.ts'
import { rule } from './follow-moves.ts'
import { requireBringing } from './owners.ts'
import { moveTo, toUnit, unitNodes, units } from './unit.ts'

export const handler = serve(moveUnit, { resource: units }, async (call) => {
  const { resource, body, access } = call
  const parentId = body.newParentId ?? undefined
  const [place, where] = parentId ? [{ type: 'unit', unitId: parentId }, 'under that unit'] : [undefined, 'at the top']
  await requireAllowed(
    access,
    'units:create',
    place,
    `You may not bring units to lie ${where}: it takes the permission units:create there.`,
  )
  if (parentId !== undefined) await requireBringing(call, resource.id, parentId)
  return moves({ ...unitNodes, follow: rule, change: moveTo, present: toUnit }, call, { judged: resource, parentId })
})
