import { accessRequestDue } from '../../events/access-requests.ts'
import { cancelDue } from '../../shared/due/due.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { accessRequests, refuse, toAccessRequest } from './access-request.ts'
import { refuseAccessRequest } from './contract.ts'
import { requireOther } from './deciding.ts'

export const handler = transitions(
  refuseAccessRequest,
  accessRequests,
  (request, { body, actor, principal, now }) => {
    requireOther(request, principal.id)
    const change = refuse(request, body.reason, { by: actor.id, at: now })
    return { ...change, alongside: [cancelDue(accessRequestDue, { at: request.closesAt, ref: request.id })] }
  },
  toAccessRequest,
)
