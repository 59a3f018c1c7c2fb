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

/** The clock of a thread may tick as rarely as every few milliseconds, so much is measured at once; after the first of them all is compiled. */
const SPAN_SECONDS = 1
const SPANS = 5

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
  let best = 0
  for (let span = 0; span < SPANS; span++) {
    let [passes, spent] = [0, 0]
    while (spent < SPAN_SECONDS) {
      spent += secondsOf(() => {
        for (const check of checks) decide(check)
      })
      passes++
    }
    best = Math.max(best, (passes * checks.length) / spent)
  }
  return { name: called, perSecond: Math.round(best), answers: checks.map(decide) }
}

parentPort?.postMessage(await measured(workerData as Asked))
