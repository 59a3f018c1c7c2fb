// `npm test`: everything that must be true, begun in the order in which it fails fastest, two steps at a time: one computes while another
// waits. `npm test -- types lint` runs only those.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

interface Step {
  name: string
  about: string
  command: string[]
}

const bin = (path: string, ...args: string[]) => [process.execPath, '--disable-warning=ExperimentalWarning', path, ...args]
const jest = (...args: string[]) => bin('node_modules/jest/bin/jest.js', ...args)
/** The tests of one part of the tree, with how much of it they reach. */
const covering = (project: string, sources: string) =>
  jest(
    ...['--selectProjects', project, '--coverage', `--coverageDirectory=coverage/${project}`],
    ...[`${sources}/**/*.ts`, '!**/*.test.ts', '!**/test-*.ts'].map((glob) => `--collectCoverageFrom=${glob}`),
  )

const steps: Step[] = [
  { name: 'types', about: 'TypeScript, strict', command: bin('node_modules/typescript/bin/tsc', '--noEmit') },
  { name: 'lint', about: 'Biome: lint and format', command: bin('node_modules/@biomejs/biome/bin/biome', 'check', '.') },
  { name: 'contracts', about: 'openapi.json and the client follow from the contracts', command: bin('scripts/contracts.ts', '--check') },
  {
    name: 'openapi',
    about: 'openapi.json passes a public linter',
    command: bin('node_modules/@redocly/cli/bin/cli.js', 'lint', 'openapi.json', '--config', 'redocly.yaml'),
  },
  { name: 'journeys', about: 'the whole product over HTTP', command: jest('--selectProjects', 'journeys', '--maxWorkers=3') },
  { name: 'parts', about: 'units, stores, endpoints; with coverage', command: covering('parts', '{functions,events,shared,infra,verify}') },
  { name: 'local', about: 'the local stack, a workspace of its own; with coverage', command: covering('local', 'local') },
  { name: 'costs', about: 'each call costs what its table says', command: jest('--selectProjects', 'costs', '--runInBand') },
  { name: 'synth', about: 'every stage synthesizes, without findings', command: bin('scripts/cdk.ts', 'synth', '--quiet') },
]

const widest = Math.max(...steps.map(({ name }) => name.length))

/** One that runs alone writes as it likes; of those side by side each line says whose it is. */
const run = ({ name, command: [program = '', ...args] }: Step, isAlone: boolean) =>
  new Promise<boolean>((resolve) => {
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
    const child = spawn(program, args, { stdio: isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'], env })
    for (const input of [child.stdout, child.stderr])
      if (input) createInterface({ input }).on('line', (line) => console.log(`${name.padEnd(widest)} | ${line}`))
    child.once('close', (code) => resolve(code === 0))
  })

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}. The steps are: ${steps.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const failed: string[] = []
const chosen = steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const waiting = [...chosen.entries()]
async function next(): Promise<void> {
  const [n, step] = waiting.shift() ?? []
  if (n === undefined || !step) return
  console.log(`[${n + 1}/${chosen.length}] ${step.name}: ${step.about}`)
  const started = Date.now()
  const ok = await run(step, chosen.length === 1)
  console.log(`${ok ? 'passed' : 'FAILED'}: ${step.name}, ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
  if (!ok) failed.push(step.name)
  await next()
}
await Promise.all([next(), next()])
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}. Run one alone with \`npm test -- ${failed[0]}\`.`)
console.log(`\n${chosen.length - failed.length} passed, ${failed.length} failed`)
process.exit(failed.length === 0 ? 0 : 1)
