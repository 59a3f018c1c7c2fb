import * as z from 'zod'
import { eventType } from '../event.ts'

const kind = z.string()

export const jobCreated = eventType('job.created', { summary: 'Long work was begun.', data: z.object({ kind }) })

/** A signal, and what carries the work on: told once for each stretch of it, never for a row. */
export const jobStepped = eventType('job.stepped', {
  summary: 'Long work came so far, and goes on.',
  data: z.object({ kind, n: z.number() }),
  keptDays: 30,
})
export const jobCancelRequested = eventType('job.cancel_requested', {
  summary: 'Somebody asked that long work be given up.',
  data: z.object({ kind }),
})
export const jobFinished = eventType('job.finished', {
  summary: 'Long work ended: it was done, failed or was given up.',
  data: z.object({ kind, status: z.enum(['succeeded', 'failed', 'cancelled']) }),
})
