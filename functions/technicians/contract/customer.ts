import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { historyEndpoint } from '../../../shared/resource/history-event.ts'
import { Id, PageQuery } from '../../../shared/schema.ts'
import { AuditEntry } from '../../audit/contract.ts'
import { TECHNICIAN_HAS_ACCESS, TECHNICIAN_IS_MEMBER, TECHNICIAN_UNKNOWN } from '../problems.ts'
import { AccessStatus, TechnicianAccess, terms } from './schemas.ts'

const params = z.object({ id: Id('tec') })
const admitting = {
  fresh: 'when the access is full',
  reads: ['ORGANIZATION', 'USER', 'ROLE'],
  writes: ['TECHNICIAN_ACCESS', 'GUEST', 'SIGNALS'],
  lookups: ['GUEST'],
} as const

export const listTechnicianAccess = endpoint({
  route: 'GET /api/v1/technician-access',
  summary: 'Lists whom of the provider this organization let in, and whom it is asked to let in, newest first.',
  permission: 'technician_access:read',
  query: z.object({ ...PageQuery, technicianId: Id('usr').optional(), status: AccessStatus.optional() }),
  reply: TechnicianAccess,
  list: true,
  reads: ['TECHNICIAN_ACCESS'],
})

export const grantTechnicianAccess = endpoint({
  route: 'POST /api/v1/technician-access',
  summary: 'Lets a technician of the provider in, within limits.',
  description:
    'They enter with their own account and `X-Organization-Id`, and do here what an administrator may at that level, deciding about no people. `allowedServices` are the parts of the product that they reach (`users`, `units`, …). What they are shown and what they change is on record: `GET /technician-access/{id}/activity`. Ends with the link to the provider.',
  permission: 'technician_access:create',
  body: z.object({ technicianId: Id('usr'), ...terms }),
  status: 201,
  reply: TechnicianAccess,
  fails: [TECHNICIAN_UNKNOWN, TECHNICIAN_IS_MEMBER, TECHNICIAN_HAS_ACCESS],
  ...admitting,
})

export const getTechnicianAccess = endpoint({
  route: 'GET /api/v1/technician-access/{id}',
  summary: 'Reads the access of a technician, or what the provider asks for.',
  permission: 'technician_access:read',
  params,
  reply: TechnicianAccess,
  reads: ['TECHNICIAN_ACCESS'],
})

export const approveTechnicianAccess = endpoint({
  route: 'POST /api/v1/technician-access/{id}/approve',
  summary: 'Lets a technician in as their provider asked for.',
  permission: 'technician_access:create',
  params,
  reply: TechnicianAccess,
  fails: ['INVALID_TRANSITION', TECHNICIAN_UNKNOWN, TECHNICIAN_IS_MEMBER, TECHNICIAN_HAS_ACCESS],
  ...admitting,
})

export const revokeTechnicianAccess = endpoint({
  route: 'POST /api/v1/technician-access/{id}/revoke',
  summary: 'Ends the access of a technician, in force at their next request; of one that is asked for, refuses it.',
  permission: 'technician_access:update',
  params,
  body: z.object({ reason: z.string().trim().min(1).max(500) }),
  reply: TechnicianAccess,
  fails: ['INVALID_TRANSITION'],
  writes: ['TECHNICIAN_ACCESS', 'GUEST'],
  lookups: ['GUEST'],
  ending: 'open',
})

export const listTechnicianActivity = endpoint({
  route: 'GET /api/v1/technician-access/{id}/activity',
  summary: 'What a technician was shown, changed and was refused under an access, newest first.',
  description: 'Each answered request has an entry `access.guest_read`, whose `details.ids` name exactly what was shown.',
  permission: 'audit:read',
  params,
  query: z.object(PageQuery),
  reply: AuditEntry,
  list: true,
  reads: ['TECHNICIAN_ACCESS', 'AUDIT'],
})

export const listTechnicianAccessHistory = historyEndpoint({
  route: 'GET /api/v1/technician-access/{id}/history',
  of: 'the access of a technician',
  params,
  entity: 'TECHNICIAN_ACCESS',
})
