// `node scripts/node24.mjs bench/start-many.ts [ROUNDS]`: how long `npm start` takes with 400 endpoints and 120 reactions. It copies the
// project to cdk.out/many, adds contexts that are as `units` is, and starts that: cold, warm, and with one file changed. With `0` as the
// number of contexts, `… start-many.ts 3 0`, the product as it is. Wall time: only a quiet machine tells anything.
import { spawn } from 'node:child_process'
import { appendFileSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { catalogue, reactions } from '../functions/catalogue.ts'
import * as problems from '../functions/units/problems.ts'

const [ROUNDS = 3, CONTEXTS] = process.argv.slice(2).map(Number)
const ENDPOINTS = 400
const REACTIONS = 120
const PORT = 6_500
const RINGS = 8

const root = join(import.meta.dirname, '..')
const many = join(root, 'cdk.out', 'many')

const OF_UNITS = catalogue.filter(({ context }) => context === 'units').length
const contexts = CONTEXTS ?? Math.ceil((ENDPOINTS - catalogue.length) / OF_UNITS)
/** Beside the one that `units` has. */
const further = contexts === 0 ? 0 : Math.max(0, REACTIONS - reactions.length - contexts)

const OWN_PROBLEMS = new RegExp(`\\b(${Object.keys(problems).join('|')})\\b`, 'g')

/** The context `units` under another name, with as many reactions. */
function addContext(n: number): string {
  const word = String.fromCharCode(97 + Math.floor(n / 26), 97 + (n % 26))
  const renamed = (text: string) =>
    text
      .replaceAll('unit', `unit${word}`)
      .replaceAll('Unit', `Unit${word}`)
      .replaceAll('UNIT', `UNIT${word.toUpperCase()}`)
      .replaceAll(OWN_PROBLEMS, (code) => `${code}_${word.toUpperCase()}`)
  const folder = join(many, 'functions', renamed('units'))
  mkdirSync(folder)
  const copy = (from: string, to: string, change = (text: string) => text) => writeFileSync(to, change(renamed(readFileSync(from, 'utf8'))))
  for (const file of globSync(join(root, 'functions/units/*.ts'))) {
    if (!file.endsWith('.test.ts')) copy(file, join(folder, renamed(basename(file))))
  }
  copy(join(root, 'events/units.ts'), join(many, 'events', `${renamed('units')}.ts`))
  const copies = Math.floor(further / contexts) + (n < further % contexts ? 1 : 0)
  const own = renamed('on-unit-changed')
  for (let again = 0; again < copies; again++) {
    copy(join(root, 'functions/units/on-unit-changed.ts'), join(folder, `${own}-${again}.ts`), (text) =>
      text.replaceAll(own, `${own}-${again}`),
    )
  }
  const more = Array.from({ length: copies }, (_, again) => `again${again}`)
  const manifest = readFileSync(join(folder, 'context.ts'), 'utf8')
    .replace("ring: 'organization'", `ring: 'many${n % RINGS}'`)
    .replace(/reactions: \[(\w+)\]/, (_, first: string) => `reactions: [${[first, ...more].join(', ')}]`)
  const imports = more.map((name, again) => `import { rule as ${name} } from './${own}-${again}.ts'\n`)
  writeFileSync(join(folder, 'context.ts'), imports.join('') + manifest)
  return renamed('units')
}

function makeProject(): void {
  rmSync(many, { recursive: true, force: true })
  mkdirSync(many, { recursive: true })
  for (const each of ['functions', 'events', 'shared', 'infra', 'local', 'cdk.json', 'package.json', 'openapi.json']) {
    cpSync(join(root, each), join(many, each), {
      recursive: true,
      filter: (path) => !path.endsWith('.test.ts') && !path.endsWith('node_modules'),
    })
  }
  symlinkSync(join(root, 'node_modules'), join(many, 'node_modules'))
  const names = Array.from({ length: contexts }, (_, n) => addContext(n))
  const file = join(many, 'functions/contexts.ts')
  const imports = names.map((name) => `import ${name} from './${name}/context.ts'\n`)
  const list = readFileSync(file, 'utf8').replace(
    /contexts = \{ (.*) \}/,
    (_, own: string) => `contexts = { ${[own, ...names].join(', ')} }`,
  )
  writeFileSync(file, imports.join('') + list)
}

/** Starts it, waits for its `ready` line and then for the first answer of an endpoint, and ends it. */
async function start(): Promise<{ seconds: number; steps: string }> {
  const startedAt = performance.now()
  const env = { ...process.env, TESSERA_PORT: String(PORT), TESSERA_DATA: join(tmpdir(), 'tessera-many') }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(many, 'local/start.ts'), '--fresh'], {
    cwd: many,
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let output = ''
  for await (const chunk of child.stdout ?? []) {
    output += chunk
    if (/^ready http/m.test(output)) break
  }
  const seconds = (performance.now() - startedAt) / 1000
  child.kill('SIGTERM')
  await gone
  if (!/^ready http/m.test(output)) throw new Error(output)
  return { seconds, steps: [...output.matchAll(/✓ (.*?)\s+([\d.]+) s$/gm)].map(([, name, took]) => `${name} ${took}`).join(', ') }
}

const changed = (file: string) => () => appendFileSync(join(many, file), `\n// ${Math.random()}\n`)
const kinds: [name: string, before: () => void][] = [
  ['cold', () => rmSync(join(many, 'cdk.out'), { recursive: true, force: true })],
  ['warm', () => {}],
  ['an endpoint changed', changed('functions/system/get-readiness.ts')],
  ['a contract changed', changed('functions/units/contract.ts')],
]

makeProject()
const added = contexts * OF_UNITS
console.log(`${catalogue.length + added} endpoints, ${reactions.length + contexts + further} reactions; load ${loadavg()[0]?.toFixed(1)}`)
for (let round = 1; round <= ROUNDS; round++) {
  for (const [name, before] of kinds) {
    before()
    const { seconds, steps } = await start()
    console.log(`${round} ${name.padEnd(20)} ${seconds.toFixed(1).padStart(5)} s   (${steps})`)
  }
}
rmSync(many, { recursive: true, force: true })
