import * as z from 'zod'
import { problem } from '../errors.ts'
import { type EventType, eventType } from '../event.ts'
import { dueKey } from '../store/keys.ts'
import type { Write } from '../store/part.ts'
import { put, remove } from '../store/writes.ts'

/**
 * What is to happen at a moment to come. An item for it stands in the table from the caller's own transaction on; once the moment has come,
 * the sweep (`events/due.ts`) takes it away and tells an event of its kind in one transaction, and a reaction to that event does the work.
 */

/** An audit entry that something fell due goes after so many days: what was done then is told by events of its own. */
const KEPT_DAYS = 30

type WithMoment<S extends z.ZodRawShape> = z.ZodObject<S & { dueAt: z.ZodString }>

/** A kind of due item, and the event that it becomes: its data, and `dueAt`, the moment that was asked for. */
export interface DueKind<S extends z.ZodRawShape = z.ZodRawShape> extends EventType<WithMoment<S>> {
  isDue: true
}

/** States a kind, beside the events of its context, named for what `ref` is an id of: `organization.closing_due`. */
export const dueKind = <S extends z.ZodRawShape>(
  name: string,
  { data, ...options }: { summary: string; data: z.ZodObject<S>; version?: number },
): DueKind<S> => ({
  ...eventType(name, { ...options, data: data.extend({ dueAt: z.string() }) as unknown as WithMoment<S>, keptDays: KEPT_DAYS }),
  isDue: true,
})

/** An item as it stands until its moment; the kind's name, moment, organization and `ref` are its key. */
export interface Due {
  kind: string
  version: number
  organizationId: string
  ref: string
  at: string
  /** As JSON text, as the event will tell it. */
  data: string
  /** The request that asked for it. */
  correlationId: string
}

/** It travels in an event, beside all that an event says anyway. */
const MAX_DATA_CHARACTERS = 4_000

/** In the one form that sorts by time. Throws a `RangeError` for what is no time. */
const moment = (at: string) => new Date(at).toISOString()

export interface Appointment {
  /** RFC 3339. */
  at: string
  /** What it concerns, by its id; of a kind, one moment and one `ref` there is one item. */
  ref: string
}

/** Lets something happen at a moment, or in place of the moment `insteadOf`. Throws `PAYLOAD_TOO_LARGE`. */
export const due =
  <S extends z.ZodRawShape>(
    { name: kind, version, data: schema }: DueKind<S>,
    { at, ref, data, insteadOf }: Appointment & { data: z.input<z.ZodObject<S>>; insteadOf?: string | undefined },
  ): Write =>
  (context) => {
    const [organizationId, dueAt] = [context.organizationId, moment(at)]
    const text = JSON.stringify(schema.parse({ ...data, dueAt }))
    if (text.length > MAX_DATA_CHARACTERS) {
      throw problem('PAYLOAD_TOO_LARGE', {
        message: 'What falls due names what it concerns and holds little else. Keep the rest elsewhere.',
      })
    }
    const item: Due = { kind, version, organizationId, ref, at: dueAt, data: text, correlationId: context.metadata.correlationId }
    const moved = insteadOf !== undefined && moment(insteadOf) !== dueAt
    return [
      ...(moved ? cancelDue({ name: kind }, { at: insteadOf, ref })(context) : []),
      ...put(dueKey(organizationId, item), { ...item })(context),
    ]
  }

/** Takes it back, as long as it was not handed out; does nothing when it was. */
export const cancelDue =
  ({ name: kind }: Pick<EventType, 'name'>, { at, ref }: Appointment): Write =>
  (context) =>
    remove(dueKey(context.organizationId, { kind, at: moment(at), ref }))(context)
