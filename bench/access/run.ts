import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { casbin } from './casbin.ts'
import { casl } from './casl.ts'
import { cedar } from './cedar.ts'
import { ours } from './ours.ts'
import { rowsOfOurs, rowsOfRules } from './rows.ts'
import { type Check, type Engine, type Workload, workloadOf } from './workload.ts'

/** Access decisions beside CASL, casbin and Cedar, on the same questions: `npm run bench -- access`. */

/** They are installed for this bench alone. */
function install(): void {
  if (existsSync(join(import.meta.dirname, 'node_modules'))) return
  console.log('Installing CASL, casbin and Cedar, which decisions are measured beside …')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', import.meta.dirname], { stdio: ['ignore', 'ignore', 'inherit'] })
}

const PASSES = 25
const ENOUGH_SECONDS = 10

/** What this thread spent, so that a busy machine measures the same. */
function secondsOf(work: () => void): number {
  const begun = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(begun)
  return (user + system) / 1e6
}

/** Decisions a second of the best of several passes, the first of which warm up. */
function speedOf(decide: (check: Check) => boolean, checks: readonly Check[]): number {
  let [best, spent] = [Number.POSITIVE_INFINITY, 0]
  for (let pass = 0; pass < PASSES && spent < ENOUGH_SECONDS; pass++) {
    const seconds = secondsOf(() => {
      for (const check of checks) decide(check)
    })
    best = Math.min(best, seconds)
    spent += seconds
  }
  return checks.length / best
}

interface Measured {
  engine: string
  perSecond: number
  mismatches: number
}

async function measure({ name, prepare, most }: Engine, workload: Workload, truth: readonly boolean[]): Promise<Measured> {
  const { decide } = await prepare(workload)
  const checks = workload.checks.slice(0, most)
  const mismatches = checks.filter((check, n) => decide(check) !== truth[n]).length
  return { engine: name, perSecond: Math.round(speedOf(decide, checks)), mismatches }
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length

export async function benchAccess(): Promise<void> {
  install()
  const engines = [ours, await casl(), await casbin(), await cedar()]
  for (const name of ['roles', 'conditions'] as const) {
    const workload = workloadOf(name)
    const { decide } = await ours.prepare(workload)
    const truth = workload.checks.map((check) => decide(check))
    console.log(`\n${name}: ${workload.checks.length} checks, of which ${truth.filter(Boolean).length} are allowed`)
    const measured: Measured[] = []
    for (const engine of engines) measured.push(await measure(engine, workload, truth))
    const [first] = measured
    for (const { engine, perSecond, mismatches } of measured) {
      const times = ((first?.perSecond ?? 0) / perSecond).toFixed(1)
      console.log(
        `${engine.padEnd(8)} ${String(perSecond).padStart(10)} decisions a second, ours ${times} times as many; ${mismatches} mismatches`,
      )
    }
    const [own, rules] = [rowsOfOurs, rowsOfRules].map((rows) => mean(workload.checks.map((check) => rows(workload, check))))
    console.log(`rows to a first decision: ${own?.toFixed(1)}; where rules are made for each user ${rules?.toFixed(1)}`)
  }
}
