import * as events from '../../events/access-requests.ts'
import type { Gift } from '../../shared/access/gift.ts'
import type { Scope } from '../../shared/access/model.ts'
import { problem } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'
import { hashOf } from '../../shared/tokens.ts'
import { ALREADY_ASKED } from './problems.ts'

/** Somebody asks to be let do one thing in one place for a time, and whoever could grant it decides. */
export interface AccessRequest extends Versioned {
  requesterId: string
  requesterName: string
  permission: string
  scope: Scope
  reason: string
  /** Until when they want it. */
  until?: string | undefined
  status: 'pending' | 'approved' | 'refused' | 'expired'
  /** Until when it can be decided. */
  closesAt: string
  decidedBy?: string
  decidedAt?: string
  refusalReason?: string
  /** What was given, and until when. */
  assignmentId?: string
  expiresAt?: string
}

const DAY_MS = 86_400_000
/** A request waits for so long. */
const OPEN_DAYS = 14
/** Where nobody says until when, it is given for so long. */
const GIVEN_DAYS = 7
/** What is to last is a matter of roles. */
export const LONGEST_DAYS = 90

export const daysAfter = (at: string, days: number) => new Date(Date.parse(at) + days * DAY_MS).toISOString()

const wordsOf = (scope: Scope) => JSON.stringify(Object.entries(scope).sort())

export const accessRequests = entity<AccessRequest>({
  name: 'ACCESS_REQUEST',
  all: true,
  lists: {
    REQUESTER: { index: 'g2', of: ({ requesterId }) => requesterId },
    STATUS: { index: 'g3', of: ({ status }) => (status === 'pending' ? status : 'closed'), except: 'closed' },
  },
  guards: {
    ACCESS_REQUEST: {
      of: ({ status, requesterId, permission, scope }) =>
        status === 'pending' ? `${requesterId}#${permission}#${wordsOf(scope)}` : undefined,
      hash: hashOf,
      conflict: ALREADY_ASKED,
    },
  },
  label: ({ requesterName, permission }) => `${permission} for ${requesterName}`,
  access: {
    unitId: ({ scope }) => (scope.type === 'unit' ? scope.id : undefined),
    groupIds: ({ scope }) => (scope.type === 'group' ? [scope.id] : []),
    ownerId: ({ requesterId }) => requesterId,
  },
})

export type Asked = Pick<AccessRequest, 'requesterId' | 'requesterName' | 'permission' | 'scope' | 'reason' | 'until'>

export const ask = (organizationId: string, asked: Asked, at: string): Change<AccessRequest> =>
  created<AccessRequest>(
    { id: newId('acr', Date.parse(at)), organizationId, ...asked, status: 'pending', closesAt: daysAfter(at, OPEN_DAYS) },
    {
      event: events.accessRequested,
      at,
      data: { requesterId: asked.requesterId, permission: asked.permission, reason: asked.reason },
    },
  )

export const isOpen = ({ status, closesAt }: AccessRequest, now: string) => status === 'pending' && closesAt > now

const about = ({ requesterId, permission }: AccessRequest) => ({ requesterId, permission })

interface Decided {
  by: string
  at: string
}

/** Throws `INVALID_TRANSITION`. */
export function requireOpen(request: AccessRequest, now: string): void {
  if (isOpen(request, now)) return
  const standing = request.status === 'pending' ? 'nobody decided in time' : `it is ${request.status}`
  throw problem('INVALID_TRANSITION', {
    message: `This request cannot be decided any more: ${standing}. Whoever still wants it asks again.`,
    details: { status: request.status },
  })
}

/** What is given if it is approved: until the moment that whoever decides says, or else was asked for. */
export const giftOf = (request: AccessRequest, at: string, expiresAt?: string): Gift & { permission: string; expiresAt: string } => ({
  permission: request.permission,
  scope: request.scope,
  expiresAt: expiresAt ?? request.until ?? daysAfter(at, GIVEN_DAYS),
})

export function approve(
  request: AccessRequest,
  given: Required<Pick<AccessRequest, 'assignmentId' | 'expiresAt'>>,
  { by, at }: Decided,
): Change<AccessRequest> {
  requireOpen(request, at)
  return changed<AccessRequest>(
    request,
    { status: 'approved', decidedBy: by, decidedAt: at, ...given },
    { event: events.accessRequestApproved, at, data: { ...about(request), ...given } },
  )
}

export function refuse(request: AccessRequest, reason: string, { by, at }: Decided): Change<AccessRequest> {
  requireOpen(request, at)
  return changed<AccessRequest>(
    request,
    { status: 'refused', decidedBy: by, decidedAt: at, refusalReason: reason },
    { event: events.accessRequestRefused, at, data: { ...about(request), reason } },
  )
}

/** Nobody decided in time; of one that was decided, or waits for a later moment, nothing changes. */
export function expire(request: AccessRequest, at: string): Change<AccessRequest> | undefined {
  if (request.status !== 'pending' || isOpen(request, at)) return undefined
  return changed<AccessRequest>(request, { status: 'expired' }, { event: events.accessRequestExpired, at, data: about(request) })
}

export const toAccessRequest = ({ requesterId, requesterName, ...request }: AccessRequest) => ({
  ...request,
  requester: { id: requesterId, name: requesterName },
  until: request.until ?? null,
  decidedBy: request.decidedBy ?? null,
  decidedAt: request.decidedAt ?? null,
  refusalReason: request.refusalReason ?? null,
  assignmentId: request.assignmentId ?? null,
  expiresAt: request.expiresAt ?? null,
})
