import type { Bench } from '../../test/workbench.ts'
import { fromRecord } from '../event.ts'
import { signalPartition } from '../store/keys.ts'
import type { Tenant } from '../store/tenant.ts'
import { isFinished, type Job } from './job.ts'
import { jobs } from './job-store.ts'

/** For tests: a tenant's jobs of these kinds, as their queues would run them. */
export function runsJobs(bench: Bench, tenant: Tenant, handlers: Readonly<Record<string, Parameters<Bench['react']>[0]>>) {
  async function runJobs(): Promise<number> {
    const { items } = await tenant.list<Job>({ partitions: ['JOBS'], index: 'g1', limit: 1_000 })
    const waiting = items.filter((job) => !isFinished(job) && handlers[job.kind])
    for (const { id, kind } of waiting) {
      const [created] = await tenant.events(jobs, id)
      const today = signalPartition(new Date().toISOString().slice(0, 10))
      const signals = await tenant.list<Record<string, unknown>>({ partitions: [today], limit: 1_000 })
      const steps = signals.items.map(fromRecord).filter(({ type, aggregateId }) => type === 'job.stepped' && aggregateId === id)
      const message = steps.at(-1) ?? created
      const handler = handlers[kind]
      if (message && handler) await bench.react(handler, message)
    }
    return waiting.length
  }
  return {
    /** Hands out the messages of every job that is not done, once; says how many there were. */
    runJobs,
    async settle() {
      for (let n = 0; (await runJobs()) > 0; n++) if (n > 50) throw new Error('The jobs do not end.')
    },
  }
}
