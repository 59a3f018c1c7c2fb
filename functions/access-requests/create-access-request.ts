import { accessRequestDue } from '../../events/access-requests.ts'
import { due } from '../../shared/due/due.ts'
import { creates } from '../../shared/resource/verbs.ts'
import { userOf } from '../users/door.ts'
import { accessRequests, ask, toAccessRequest } from './access-request.ts'
import { requireMoment, requireWanting, wantedOf } from './asked.ts'
import { createAccessRequest } from './contract.ts'

export const handler = creates(
  createAccessRequest,
  accessRequests,
  async (call) => {
    const { body, tenant, now } = call
    // Whoever is no user here is given nothing by it: a guest is let in further, and a key is given more, by others.
    const principal = userOf(call.principal)
    requireMoment('until', body.until, now)
    const wanted = wantedOf(call)
    await requireWanting(call, wanted)
    const requester = { requesterId: principal.id, requesterName: `${principal.firstName} ${principal.lastName}` }
    const change = ask(tenant.id, { ...requester, ...wanted, reason: body.reason, until: body.until }, now)
    const { id: ref, closesAt: at } = change.after
    return { ...change, alongside: [due(accessRequestDue, { at, ref, data: {} })] }
  },
  toAccessRequest,
)
