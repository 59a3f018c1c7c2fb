import * as z from 'zod'
import { AGGREGATES, segmentOf } from '../../shared/aggregates.ts'
import { endpoint } from '../../shared/endpoint.ts'
import { HistoryEvent } from '../../shared/resource/history-event.ts'
import { PageQuery } from '../../shared/schema.ts'

export const listEvents = endpoint({
  route: 'GET /api/v1/events',
  summary:
    'Lists everything that happened to one thing, newest first: who changed which field from what to what, when, and by which request.',
  description: 'As its own `/history` does; also of what has none. The values of secrets are masked. Of what never was, nothing happened.',
  permission: 'audit:read',
  query: z.object({
    aggregateType: z.enum(AGGREGATES),
    /** No `#`, which would end it within a key. */
    aggregateId: z.string().regex(/^[\w.:-]{1,200}$/, 'Must be an id such as usr_01j9z0s6n6r3v7t4q2m8k5w1xa'),
    ...PageQuery,
  }),
  reply: HistoryEvent,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: AGGREGATES.map(segmentOf),
})
