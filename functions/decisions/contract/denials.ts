import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { orNull, PermissionName, Timestamp } from '../../../shared/schema.ts'
import { Evaluation, ResourceType } from './fields.ts'

/** As it stands in the `details.reference` of a 403; it opens to nobody but whom was refused. */
export const DenialReference = z.string().regex(/^dny_[\w-]{26,4000}$/, 'Must be the reference of a refusal, which begins with dny_')

export const Denial = z.object({
  /** What was asked, and when. */
  permission: PermissionName,
  resource: orNull(z.object({ type: ResourceType, id: orNull(z.string()), unitId: orNull(z.string()) })),
  at: Timestamp,
  /** Whether it is allowed by now, and what would let them if not. */
  now: Evaluation,
})

export const getDenial = endpoint({
  route: 'GET /api/v1/access/denials/{reference}',
  summary: 'Says what was refused, why, and what would let you do it now.',
  description:
    'The `reference` stands in the `details` of a 403, and opens to nobody but whom was refused. With the same reference they ask for what is missing: [POST /access/requests](#/accessRequests/createAccessRequest).',
  self: true,
  params: z.object({ reference: DenialReference }),
  reply: Denial,
  reads: ['USER', 'UNIT', 'ROLE', 'GROUP', 'RESOURCE'],
})
