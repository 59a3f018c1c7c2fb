import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Id, Timestamp, UNSEEN } from '../../../shared/schema.ts'

/** It stands beside what is ours, in lists and tables, so it turns nothing round and hides nothing. */
const textOf = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => !UNSEEN.test(text), 'Write it without invisible characters')
const Text = textOf(200)
const MOST_DETAILS = 8_000

/** What an application's own event became: an entry, which is there a moment later. */
export const RecordedEntry = z.object({ id: Id('aud'), action: z.string(), timestamp: Timestamp })

export const recordAuditLog = endpoint({
  route: 'POST /api/v1/audit-logs',
  summary:
    'Puts something that happened in an application of your own on record; `Idempotency-Key` keeps a repetition from a second entry.',
  description:
    'The entry bears the action with `app.` before it, and the actor, if one is named, as `app:<id>` and `external`: it cannot look like one of ours, and `details.recordedBy` says who told of it. Its resource is of the type that the action names: `invoice.approved` is of an `app.invoice`.',
  permission: 'audit:create',
  body: z.strictObject({
    action: z
      .string()
      .max(90)
      .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/, 'Must be a thing and what happened to it, such as invoice.approved'),
    resource: z.strictObject({ id: Text, name: Text.optional() }),
    /** Who did it, as the application calls them; whoever sends this, unless said otherwise. */
    actor: z.strictObject({ id: textOf(100), name: Text.optional() }).optional(),
    success: z.boolean().default(true),
    /** Why it was no success. */
    reason: z.string().trim().min(1).max(500).optional(),
    ipAddress: z.union([z.ipv4(), z.ipv6()], 'Must be an IP address').optional(),
    userAgent: z.string().max(500).optional(),
    /** When it happened there; the entry's own time is when it was told. */
    occurredAt: z.iso.datetime({ offset: true, message: 'Must be a time such as 2026-01-31T09:30:00Z' }).optional(),
    details: z
      .record(z.string(), z.unknown())
      .refine((details) => JSON.stringify(details).length <= MOST_DETAILS, `At most ${MOST_DETAILS} characters as JSON`)
      .default({}),
  }),
  status: 202,
  reply: RecordedEntry,
  writes: ['SIGNALS'],
})
