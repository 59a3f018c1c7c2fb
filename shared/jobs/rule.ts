import type * as z from 'zod'
import { newId } from '../ids.ts'
import { type Reaction, reaction } from '../react.ts'
import type { Change } from '../store/entity.ts'
import type { DataNeeds } from '../store/grants.ts'
import { jobCreated, jobStepped } from './events.ts'
import { type Job, start } from './job.ts'

/** A kind of long work: a reaction to what carries the work on, with a function, a queue and grants of its own. */
export interface JobRule extends Reaction {
  input: z.ZodType
  cursor: z.ZodType
}

export interface JobNeeds<I, C> extends DataNeeds, Pick<Reaction, 'summary' | 'keyring' | 'calls'> {
  /** What is to be done, as whoever starts it says; kept as JSON. */
  input: I
  /** Where a step begins; kept as JSON. */
  cursor: C
}

/** States a kind of job by its file; it stands among the reactions of its context's manifest. */
export const job = <I extends z.ZodType, C extends z.ZodType>(name: string, { writes = [], ...needs }: JobNeeds<I, C>) =>
  reaction(name, {
    ...needs,
    on: [jobCreated, jobStepped],
    only: { kind: [name] },
    // A run takes the time that its function has.
    batchSize: 1,
    writes: ['JOB', 'SIGNALS', ...writes],
  })

export interface Starter {
  tenant: { id: string }
  now: string
  /** Whose the job is; without one, nobody's but the organization's. */
  actor?: { id: string }
  /** What it concerns. */
  resource?: Job['resource']
}

/** A job to be saved with whatever needs it: `tenant.commit([…, save(jobs, startJob(rule, input, call))])`. Takes the right to write JOB. */
export function startJob<I extends z.ZodType>(
  { name, input: schema }: { name: string; input: I },
  input: z.input<I>,
  { tenant, now, actor = { id: 'system' }, resource }: Starter,
): Change<Job> {
  schema.parse(input)
  return start({
    id: newId('job', Date.parse(now)),
    organizationId: tenant.id,
    kind: name,
    input,
    startedBy: actor.id,
    at: now,
    ...(resource ? { resource } : {}),
  })
}
