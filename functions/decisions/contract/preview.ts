import * as z from 'zod'
import { Condition, Conditions, Scope } from '../../../shared/access/schema.ts'
import { endpoint } from '../../../shared/endpoint.ts'
import { Id, orNull, PermissionName, RoleId, Timestamp } from '../../../shared/schema.ts'
import { BodyPage } from './search.ts'

const Holder = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), id: Id('usr') }),
  z.object({ type: z.literal('group'), id: Id('grp') }),
])

/** A change as its own endpoint takes it, of which nothing is made. */
const AskedChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('role_permissions'), roleId: Id('rol'), permissions: z.array(PermissionName).max(1_000) }),
  z.object({ type: z.enum(['member_added', 'member_removed']), groupId: Id('grp'), userId: Id('usr') }),
  z.object({ type: z.literal('group_moved'), groupId: Id('grp'), newParentId: Id('grp').nullable() }),
  z.object({ type: z.literal('unit_moved'), unitId: Id('unit'), newParentId: Id('unit').nullable() }),
  z.object({
    type: z.literal('assignment_added'),
    holder: Holder,
    /** Either a role or a single permission. */
    roleId: RoleId.optional(),
    permission: PermissionName.optional(),
    scope: Scope,
    conditions: Conditions.default([]),
    expiresAt: Timestamp.optional(),
  }),
  z.object({ type: z.literal('assignment_removed'), holder: Holder, assignmentId: Id('asg') }),
])

const isOne = ({ change }: { change: z.output<typeof AskedChange> }) =>
  change.type !== 'assignment_added' || (change.roleId === undefined) !== (change.permission === undefined)

const Holding = z.object({
  permission: PermissionName,
  scope: Scope,
  conditions: z.array(Condition),
  expiresAt: orNull(Timestamp),
})

export const previewAccess = endpoint({
  route: 'POST /api/v1/access/preview',
  summary: 'Says which members would gain and lose what by a change that is not made.',
  description:
    'What somebody holds otherwise as wide, as long and under as few conditions is neither gained nor lost. Only people are shown whom the caller may see. A page may be short, or empty, and still have a nextCursor.',
  permission: 'role_assignments:read',
  body: z
    .object({ change: AskedChange, ...BodyPage })
    .refine(isOne, { message: 'Name either a role or a permission', path: ['change', 'roleId'] }),
  reply: z.object({ userId: Id('usr'), gains: z.array(Holding), losses: z.array(Holding) }),
  list: true,
  fails: ['CYCLE', 'TOO_DEEP'],
  ending: 'open',
  reads: ['USER', 'UNIT', 'ROLE', 'GROUP', 'ROLE_ASSIGNMENT'],
})
