import { parentPort, workerData } from 'node:worker_threads'
import { casbin } from './casbin.ts'
import { casl } from './casl.ts'
import { cedar } from './cedar.ts'
import type { Asked, Measured } from './engines.ts'
import { ours } from './ours.ts'
import { type Engine, workloadOf } from './workload.ts'

/**
 * One engine with one workload, in a thread of its own: what others have run in the same engine of JavaScript decides how well it compiles, and
 * nobody runs two of these side by side.
 */

const MADE: Record<Asked['engine'], () => Engine | Promise<Engine>> = { ours: () => ours, casl, casbin, cedar }

/** By then everything is compiled that will be. */
const ENOUGH_SECONDS = 5

/** What this thread spent, so that a busy machine measures the same. */
function secondsOf(work: () => void): number {
  const begun = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(begun)
  return (user + system) / 1e6
}

async function measured({ engine, workload: name }: Asked): Promise<Measured> {
  const { name: called, prepare, most } = await MADE[engine]()
  const workload = workloadOf(name)
  const { decide } = await prepare(workload)
  const checks = workload.checks.slice(0, most)
  let [best, spent] = [Number.POSITIVE_INFINITY, 0]
  while (spent < ENOUGH_SECONDS) {
    const seconds = secondsOf(() => {
      for (const check of checks) decide(check)
    })
    best = Math.min(best, seconds)
    spent += seconds
  }
  return { name: called, perSecond: Math.round(checks.length / best), answers: checks.map(decide) }
}

parentPort?.postMessage(await measured(workerData as Asked))
