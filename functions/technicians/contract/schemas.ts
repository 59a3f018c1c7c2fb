import * as z from 'zod'
import { Hours, Network } from '../../../shared/access/schema.ts'
import { Id, orNull, Timestamp } from '../../../shared/schema.ts'

export const AccessLevel = z.enum(['read', 'write', 'full'])

/** A part of the product, by the name of its context: `users`, `units`, `audit`. */
const Service = z.string().regex(/^[a-z][a-z-]{1,39}$/, 'Must be the name of a part of the product, such as users or units')

const Moment = z.iso
  .datetime({ offset: true, message: 'Must be a time such as 2026-01-31T09:30:00Z' })
  .transform((time) => new Date(time).toISOString())

/** What a technician is let in for, and how far. */
export const terms = {
  accessLevel: AccessLevel,
  allowedServices: z
    .array(Service)
    .min(1)
    .max(30)
    .transform((services) => [...new Set(services)].sort()),
  /** Networks from which they come; left out, from anywhere. */
  ipRestrictions: z.array(Network).min(1).max(50).optional(),
  /** Left out, at any time. */
  timeRestrictions: Hours.optional(),
  expiresAt: Moment.optional(),
  notes: z.string().trim().min(1).max(1_000).optional(),
}

const held = {
  accessLevel: AccessLevel,
  allowedServices: z.array(z.string()),
  ipRestrictions: orNull(z.array(z.string())),
  timeRestrictions: orNull(Hours),
  expiresAt: orNull(Timestamp),
}

export const AccessStatus = z.enum(['requested', 'active', 'expired', 'refused', 'revoked'])

export const TechnicianAccess = z.object({
  id: Id('tec'),
  organizationId: Id('org'),
  technicianId: Id('usr'),
  technician: z.object({ firstName: z.string(), lastName: z.string(), email: z.string() }),
  providerId: Id('org'),
  ...held,
  notes: orNull(z.string()),
  status: AccessStatus,
  requestedBy: orNull(z.string()),
  grantedBy: orNull(z.string()),
  grantedAt: orNull(Timestamp),
  revokedBy: orNull(z.string()),
  revokedAt: orNull(Timestamp),
  revokedReason: orNull(z.string()),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: z.number().int(),
})

/** Where a technician may go. */
export const CustomerAccess = z.object({
  organizationId: Id('org'),
  name: z.string(),
  accessId: Id('tec'),
  ...held,
  grantedAt: Timestamp,
  /** From where, and at the time that, this was asked. */
  openNow: z.boolean(),
})
