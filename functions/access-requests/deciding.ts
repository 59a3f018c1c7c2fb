import { decide } from '../../shared/access/evaluate.ts'
import { type Granter, notHeld } from '../../shared/access/gift.ts'
import { problem } from '../../shared/errors.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import { type AccessRequest, accessRequests, giftOf, isOpen } from './access-request.ts'

/** Who decides about a request: whoever could grant it, and never whoever asks. */

export const GRANTING = 'role_assignments:create'

export function mayDecide(granter: Granter, request: AccessRequest): boolean {
  if (request.requesterId === granter.principal.id || !isOpen(request, granter.now)) return false
  const isGranter = decide({ ...granter, permission: GRANTING, resource: resourceOf(accessRequests, request) }).allowed
  return isGranter && notHeld(granter, giftOf(request, granter.now)).length === 0
}

/** Throws `FORBIDDEN`. */
export function requireOther({ requesterId }: AccessRequest, deciderId: string): void {
  if (requesterId === deciderId) throw problem('FORBIDDEN', { message: 'Nobody decides about what they asked for themselves.' })
}
