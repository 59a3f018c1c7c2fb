// `npm test`: everything that must be true, in the order in which it fails fastest. `npm test -- types jest` runs only those.
import { spawn } from 'node:child_process'

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
  { name: 'synth', about: 'every stage synthesizes, without findings', command: bin('scripts/cdk.ts', 'synth', '--quiet') },
  { name: 'parts', about: 'units, stores, endpoints; with coverage', command: covering('parts', '{functions,events,shared,infra}') },
  { name: 'local', about: 'the local stack, a workspace of its own; with coverage', command: covering('local', 'local') },
  { name: 'journeys', about: 'the whole product over HTTP', command: jest('--selectProjects', 'journeys', '--runInBand') },
]

const run = ({ command: [program = '', ...args] }: Step) =>
  new Promise<boolean>((resolve) => {
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
    spawn(program, args, { stdio: 'inherit', env }).once('exit', (code) => resolve(code === 0))
  })

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}. The steps are: ${steps.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const failed: string[] = []
const chosen = steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
for (const [n, step] of chosen.entries()) {
  console.log(`\n[${n + 1}/${chosen.length}] ${step.name}: ${step.about}`)
  const started = Date.now()
  const ok = await run(step)
  console.log(`${ok ? 'passed' : 'FAILED'}: ${step.name}, ${((Date.now() - started) / 1000).toFixed(1)} s`)
  if (!ok) failed.push(step.name)
}
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}. Run one alone with \`npm test -- ${failed[0]}\`.`)
console.log(`\n${chosen.length - failed.length} passed, ${failed.length} failed`)
process.exit(failed.length === 0 ? 0 : 1)
