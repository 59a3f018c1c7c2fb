import { accessRequestDue } from '../../events/access-requests.ts'
import { administers } from '../../shared/access/system-roles.ts'
import { cancelDue } from '../../shared/due/due.ts'
import { requireFresh } from '../../shared/identity/fresh.ts'
import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { give } from '../access/door.ts'
import { accessRequests, approve, giftOf, requireOpen, toAccessRequest } from './access-request.ts'
import { requireMoment } from './asked.ts'
import { approveAccessRequest } from './contract.ts'
import { requireOther } from './deciding.ts'

export const handler = serve(approveAccessRequest, { resource: accessRequests }, async (call) => {
  const { resource, body, tenant, actor, principal, now } = call
  requireOther(resource, principal.id)
  requireOpen(resource, now)
  requireMoment('expiresAt', body.expiresAt, now)
  const gift = giftOf(resource, now, body.expiresAt)
  const { given, writes } = await give(call, { subject: { type: 'user', id: resource.requesterId }, ...gift })
  if (administers(gift.permission)) requireFresh(call)
  const change = approve(resource, { assignmentId: given.id, expiresAt: gift.expiresAt }, { by: actor.id, at: now })
  const done = cancelDue(accessRequestDue, { at: resource.closesAt, ref: resource.id })
  return tenant.commit([...writes, save(accessRequests, change), done], toAccessRequest(change.after))
})
