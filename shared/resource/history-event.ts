import * as z from 'zod'
import { Id, orNull, Timestamp } from '../schema.ts'

const Side = z.object({ old: z.unknown().optional(), new: z.unknown().optional() })

/** An event as a history shows it. */
export const HistoryEvent = z.object({
  id: Id('evt'),
  type: z.string(),
  version: z.number().int(),
  timestamp: Timestamp,
  data: z.record(z.string(), z.unknown()),
  changes: z.record(z.string(), Side),
  actor: z.object({ id: z.string(), kind: z.string(), name: orNull(z.string()) }),
  requestId: z.string(),
  correlationId: z.string(),
})
