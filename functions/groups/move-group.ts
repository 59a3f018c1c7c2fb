import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { moves } from '../../shared/tree/moving.ts'
import { moveGroup } from './contract.ts'
import { rule } from './follow-moves.ts'
import { requireMovable } from './granting.ts'
import { groupNodes, groups, moveTo, toGroup } from './group.ts'

export const handler = serve(moveGroup, { resource: groups }, async (call) => {
  const { resource, body, access } = call
  const parentId = body.newParentId ?? undefined
  if (!(await access.allowed('groups:create', parentId === undefined ? undefined : { type: 'group', groupIds: [parentId] }))) {
    const where = parentId === undefined ? 'at the top' : 'under that group'
    throw problem('FORBIDDEN', { message: `You may not bring groups to lie ${where}.`, details: { missing: 'groups:create' } })
  }
  if (parentId !== resource.parentId) await requireMovable(call, resource, parentId)
  return moves({ ...groupNodes, follow: rule, change: moveTo, present: toGroup }, call, { judged: resource, parentId })
})
