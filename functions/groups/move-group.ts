import { requireAllowed } from '../../shared/serve/access.ts'
import { serve } from '../../shared/serve/serve.ts'
import { moves } from '../../shared/tree/moving.ts'
import { moveGroup } from './contract.ts'
import { rule } from './follow-moves.ts'
import { requireMovable } from './granting.ts'
import { groupNodes, groups, moveTo, toGroup } from './group.ts'

export const handler = serve(moveGroup, { resource: groups }, async (call) => {
  const { resource, body, access } = call
  const parentId = body.newParentId ?? undefined
  const [place, where] = parentId ? [{ type: 'group', groupIds: [parentId] }, 'under that group'] : [undefined, 'at the top']
  await requireAllowed(
    access,
    'groups:create',
    place,
    `You may not bring groups to lie ${where}: it takes the permission groups:create there.`,
  )
  if (parentId !== resource.parentId) await requireMovable(call, resource, parentId)
  return moves({ ...groupNodes, follow: rule, change: moveTo, present: toGroup }, call, { judged: resource, parentId })
})
