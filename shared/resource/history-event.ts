import * as z from 'zod'
import { endpoint, type Route } from '../endpoint.ts'
import { Id, orNull, PageQuery, Timestamp } from '../schema.ts'

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

interface HistoryOf<P extends z.ZodObject> {
  route: Route
  /** `a unit` */
  of: string
  /** Without: the organization itself. */
  params?: P
  /** Its key segment: `UNIT`. */
  entity: string
}

/** The contract of what `histories` answers. */
export const historyEndpoint = <P extends z.ZodObject>({ route, of, params, entity }: HistoryOf<P>) =>
  endpoint({
    route,
    summary: `Lists everything that happened to ${of}, newest first.`,
    permission: 'audit:read',
    ...(params ? { params } : {}),
    query: z.object(PageQuery),
    reply: HistoryEvent,
    list: true,
    fails: ['INVALID_CURSOR'],
    reads: [entity],
  })
