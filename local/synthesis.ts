import { spawn } from 'node:child_process'
import { existsSync, globSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openInputs } from './inputs.ts'

export interface SynthesisOptions {
  /** Of the project: where `infra/app.ts` lies. */
  root: string
  /** Where the cloud assembly is written. */
  outdir: string
  /** CDK context, besides that of cdk.json. */
  context: Record<string, unknown>
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
  /** Called when the assembly is not as it was, so that it takes a while. */
  onBegin?: () => void
}

/** What the app reads besides its modules. */
const SETTINGS = ['cdk.json', 'package.json', 'node_modules/.package-lock.json']

/**
 * Synthesizes the CDK app in a process of its own, so that CDK's memory is gone when the stack runs; not at all when the assembly in
 * `outdir` was made of the same. `TESSERA_LOCAL` tells the app that it is for this machine. Throws what the app printed when it fails.
 */
export async function synthesize(options: SynthesisOptions): Promise<void> {
  const { root, outdir, context } = options
  const env = { ...(options.env ?? process.env), CDK_OUTDIR: outdir, TESSERA_LOCAL: '1', CDK_CONTEXT_JSON: JSON.stringify(context) }
  const inputs = openInputs(root)
  const record = join(outdir, 'inputs.json')
  const key = JSON.stringify([process.version, settingsIn(env), namesBelow(root)])
  if (inputs.isCurrent(record, key)) return
  options.onBegin?.()
  rmSync(record, { force: true })
  const begunAt = Date.now()
  const modules = await runApp({ ...options, env })
  if (existsSync(outdir)) inputs.remember(record, { key, files: [...modules, ...SETTINGS], begunAt })
}

const settingsIn = (env: NodeJS.ProcessEnv) =>
  Object.entries(env)
    .filter(([name]) => /^(TESSERA|CDK)_/.test(name) && name !== 'TESSERA_DATA')
    .toSorted()

/** The app asks whether the file of each function is there. */
const namesBelow = (root: string) => globSync('functions/**/*.*', { cwd: root }).toSorted()

/** Gives the modules of the project that it loaded. */
async function runApp({ root, env, signal }: SynthesisOptions): Promise<string[]> {
  const flags = ['--disable-warning=ExperimentalWarning', '--import', pathToFileURL(join(import.meta.dirname, 'loaded-modules.ts')).href]
  const child = spawn(process.execPath, [...flags, join(root, 'infra/app.ts')], {
    cwd: root,
    // Stripping types and compiling is most of its loading.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'tessera-compile-cache'), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(signal && { signal }),
  })
  let output = ''
  const collect = (text: string) => {
    output += text
  }
  child.stdout?.setEncoding('utf8').on('data', collect)
  child.stderr?.setEncoding('utf8').on('data', collect)
  let modules: string[] = []
  child.once('message', (message) => {
    modules = message as string[]
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`The app could not be synthesized:\n\n${readable(output)}`)
  return modules
}

/** The message as the compiler or CDK wrote it, without the frames of Node and of packages below it. */
function readable(output: string): string {
  return output
    .replace(/^node:internal[\s\S]*?\n\n/m, '')
    .replace(/^\s+at .*(node:|node_modules).*\n/gm, '')
    .replace(/^Node\.js v[\d.]+$/m, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
