import * as z from 'zod'
import { Id, PageQuery, RoleId } from '../../../shared/schema.ts'
import { User } from './schemas.ts'

const MAX_ROLES = 20

export const Department = z.string().trim().min(1).max(100)

export const ProfileImage = z.url({ protocol: /^https$/, message: 'Must be an https:// address' }).max(2_000)

export const EmploymentEquity = z.string().trim().min(1).max(50)

export const RoleIds = z
  .array(RoleId)
  .max(MAX_ROLES)
  .transform((ids) => [...new Set(ids)])

export const Reason = z.string().trim().min(1).max(500)

export const params = z.object({ id: Id('usr') })

export const page = z.object(PageQuery)

/** Ends the sessions that the user began here, too. */
export const shuttingOut = { writes: ['USER', 'SESSION'], lookups: ['SESSION_STATE'], fresh: 'when the user is an administrator' } as const

export const transition = { permission: 'users:update', params, reply: User, writes: ['USER'] } as const
