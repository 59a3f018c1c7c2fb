import * as z from 'zod'
import { orNull, Timestamp } from '../schema.ts'

/** A session as its owner and administrators see it; `viewOf` makes it. */
export const Session = z.object({
  id: z.string(),
  device: z.string(),
  ipAddress: z.string(),
  userAgent: z.string(),
  status: z.enum(['active', 'revoked', 'expired']),
  mfa: z.boolean(),
  createdAt: Timestamp,
  lastActivityAt: Timestamp,
  expiresAt: Timestamp,
  revokedReason: orNull(z.string()),
  /** The one that this request belongs to. */
  current: z.boolean(),
})
