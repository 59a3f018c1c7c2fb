import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Asked, ENGINES, type Measured } from './engines.ts'
import { rowsOfOurs, rowsOfRules } from './rows.ts'
import { workloadOf } from './workload.ts'

/** Access decisions beside CASL, casbin and Cedar, on the same questions: `npm run bench -- access`. */

/** They are installed for this bench alone. */
function install(): void {
  if (existsSync(join(import.meta.dirname, 'node_modules'))) return
  console.log('Installing CASL, casbin and Cedar, which decisions are measured beside …')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', import.meta.dirname], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Never two at once. */
const measured = (asked: Asked) =>
  new Promise<Measured>((resolve, reject) => {
    new Worker(join(import.meta.dirname, 'measure.ts'), { workerData: asked }).once('message', resolve).once('error', reject)
  })

const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length

export async function benchAccess(): Promise<void> {
  install()
  for (const name of ['roles', 'conditions'] as const) {
    let first: Measured | undefined
    for (const engine of ENGINES) {
      const found = await measured({ engine, workload: name })
      first ??= found
      const truth = first.answers
      if (found === first) console.log(`\n${name}: ${truth.length} checks, of which ${truth.filter(Boolean).length} are allowed`)
      const mismatches = found.answers.filter((answer, n) => answer !== truth[n]).length
      const times = (first.perSecond / found.perSecond).toFixed(1)
      const speed = `${found.name.padEnd(8)} ${String(found.perSecond).padStart(10)} decisions a second`
      console.log(`${speed}, ours ${times} times as many; ${mismatches} mismatches`)
    }
    const workload = workloadOf(name)
    const rules = workload.checks.map((check) => rowsOfRules(workload, check))
    const [own, all, leanest] = [
      mean(workload.checks.map((check) => rowsOfOurs(workload, check))),
      mean(rules.map(({ rows }) => rows)),
      mean(rules.map((each) => each.leanest)),
    ].map((rows) => rows.toFixed(1))
    console.log(`rows to a first decision: ${own}; where rules are made for each user ${all}, or ${leanest} of the leanest tables`)
  }
}
