import * as events from '../../events/technicians.ts'
import type { Hours } from '../../shared/access/model.ts'
import { problem } from '../../shared/errors.ts'
import type { EventType } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'
import { TECHNICIAN_HAS_ACCESS } from './problems.ts'

/** What a technician is let in for, and how far. */
export interface Terms {
  accessLevel: 'read' | 'write' | 'full'
  /** The parts of the product that they reach, by context. */
  allowedServices: string[]
  /** Networks and addresses from which they come; absent, from anywhere. */
  ipRestrictions?: string[] | undefined
  /** Absent, at any time. */
  timeRestrictions?: Hours | undefined
  expiresAt?: string | undefined
  notes?: string | undefined
}

/** One of the provider's people, as the provider knows them. */
export interface Technician {
  id: string
  firstName: string
  lastName: string
  email: string
}

/** A customer's word that lets a technician of its provider in, or what the provider asks for. */
export interface TechnicianAccess extends Versioned, Terms {
  technician: Technician
  providerId: string
  status: 'requested' | 'active' | 'refused' | 'revoked'
  requestedBy?: string
  grantedBy?: string
  grantedAt?: string
  revokedBy?: string
  revokedAt?: string
  revokedReason?: string
}

const isOpen = ({ status }: TechnicianAccess) => status === 'requested'

export const accesses = entity<TechnicianAccess>({
  name: 'TECHNICIAN_ACCESS',
  plural: 'TECHNICIAN_ACCESSES',
  all: true,
  // One that waits is enough to decide about.
  guards: { TECHNICIAN_REQUEST: { of: (access) => (isOpen(access) ? access.technician.id : undefined), conflict: TECHNICIAN_HAS_ACCESS } },
  label: ({ technician }) => `${technician.firstName} ${technician.lastName}`,
})

export interface NewAccess {
  organizationId: string
  technician: Technician
  providerId: string
  terms: Terms
  by: string
  at: string
}

const toldOf = ({ technician, providerId, accessLevel }: TechnicianAccess) => ({ technicianId: technician.id, providerId, accessLevel })

function begun({ organizationId, technician, providerId, terms, at }: NewAccess, more: Partial<TechnicianAccess>, event: EventType) {
  const access = { id: newId('tec', Date.parse(at)), organizationId, technician, providerId, ...terms, ...more } as TechnicianAccess
  return created<TechnicianAccess>(access, { event, at, data: toldOf(access) })
}

/** The provider asks. */
export const request = (access: NewAccess): Change<TechnicianAccess> =>
  begun(access, { status: 'requested', requestedBy: access.by }, events.technicianAccessRequested)

/** The customer lets them in of its own accord. */
export const grant = (access: NewAccess): Change<TechnicianAccess> =>
  begun(access, { status: 'active', grantedBy: access.by, grantedAt: access.at }, events.technicianAccessGranted)

const STANDING: Record<TechnicianAccess['status'], string> = {
  requested: 'waits for an answer',
  active: 'was granted',
  refused: 'was refused',
  revoked: 'was revoked',
}

function requireOpen({ status }: TechnicianAccess, ...from: TechnicianAccess['status'][]): void {
  if (from.includes(status)) return
  throw problem('INVALID_TRANSITION', { message: `This cannot be done: the access ${STANDING[status]}.`, details: { status } })
}

/** The customer lets them in as was asked for. */
export function approve(access: TechnicianAccess, by: string, at: string): Change<TechnicianAccess> {
  requireOpen(access, 'requested')
  const patch = { status: 'active' as const, grantedBy: by, grantedAt: at }
  return changed<TechnicianAccess>(access, patch, { event: events.technicianAccessGranted, at, data: toldOf(access) })
}

/** Ends the access; of one that is only asked for, refuses it. */
export function revoke(access: TechnicianAccess, by: string, reason: string, at: string): Change<TechnicianAccess> {
  requireOpen(access, 'requested', 'active')
  const patch = {
    status: isOpen(access) ? ('refused' as const) : ('revoked' as const),
    revokedBy: by,
    revokedAt: at,
    revokedReason: reason,
  }
  const event = isOpen(access) ? events.technicianAccessRefused : events.technicianAccessRevoked
  return changed<TechnicianAccess>(access, patch, { event, at, data: { ...toldOf(access), reason } })
}
