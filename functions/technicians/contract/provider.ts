import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Id, PageQuery } from '../../../shared/schema.ts'
import { TECHNICIAN_HAS_ACCESS, TECHNICIAN_UNKNOWN } from '../problems.ts'
import { CustomerAccess, TechnicianAccess, terms } from './schemas.ts'

export const requestTechnicianAccess = endpoint({
  route: 'POST /api/v1/technician-access/requests',
  summary: 'Asks a customer to let a technician in: oneself, or another of this provider.',
  description:
    'Nothing opens until an administrator of the customer approves it (`POST /technician-access/{id}/approve`, there) or refuses it (`/revoke`). One request for a technician waits at a time.',
  permission: 'remote_access:create',
  customer: { field: 'organizationId' },
  body: z.object({ organizationId: Id('org'), technicianId: Id('usr').optional(), ...terms }),
  status: 201,
  reply: TechnicianAccess,
  fails: ['ORGANIZATION_CLOSED', TECHNICIAN_HAS_ACCESS, TECHNICIAN_UNKNOWN],
  reads: ['ORGANIZATION', 'USER'],
  writes: ['TECHNICIAN_ACCESS'],
})

export const listCustomerAccess = endpoint({
  route: 'GET /api/v1/customer-access',
  summary: 'Lists the customers that you may enter as a technician, and within which limits.',
  description: 'Enter one by naming it: `X-Organization-Id`. Names may trail a change by about a second.',
  permission: 'customer_access:read',
  query: z.object(PageQuery),
  reply: CustomerAccess,
  list: true,
  reads: ['CUSTOMER'],
  lookupReads: ['GUEST'],
})
