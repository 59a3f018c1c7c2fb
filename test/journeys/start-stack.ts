import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

declare global {
  var stackUnderTest: ChildProcess | undefined
}

export const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })

/** The first of ten neighbouring ports that are all free; two who look at the same moment begin at different ones. */
export async function freePorts(from = 4_100 + 10 * (process.pid % 80)): Promise<number> {
  for (let port = from; port < 60_000; port += 10) {
    const free = await Promise.all(Array.from({ length: 10 }, (_, n) => isFree(port + n)))
    if (free.every(Boolean)) return port
  }
  throw new Error('No ten neighbouring ports are free.')
}

/** Functions take their log level from the environment; a stack under test is to run with its own. */
function environment(own: Record<string, string>): NodeJS.ProcessEnv {
  const { TESSERA_LOG_LEVEL: _level, ...inherited } = process.env
  return { ...inherited, ...own }
}

/** All functions stay warm, journeys side by side as they run, and a busy machine is slow, not wrong. */
const CROWDED = { TESSERA_MAX_WARM: '120', TESSERA_PATIENCE: '10' }

export const spawnStack = (port: number, dataDir: string, args: string[] = []): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'local/start.ts', ...args], {
    env: environment({ TESSERA_PORT: String(port), TESSERA_DATA: dataDir, ...CROWDED }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** Starts `npm start`'s own command on these ports, and waits for its `ready` line. */
export async function startStack(port: number, dataDir: string, args: string[] = []): Promise<ChildProcess> {
  const child = spawnStack(port, dataDir, args)
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk
      if (/^ready http/m.test(output)) resolve()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => reject(new Error(`The stack ended (${code}) before it was ready:\n${output}`)))
  })
  return child
}

/** With TESSERA_TEST_PORT and TESSERA_TEST_DATA the journeys go through a stack that runs already, which is quicker while writing them. */
export default async function setup() {
  if (process.env.TESSERA_TEST_PORT) return
  const port = await freePorts()
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-journeys-'))
  globalThis.stackUnderTest = await startStack(port, dataDir)
  process.env.TESSERA_TEST_PORT = String(port)
  process.env.TESSERA_TEST_DATA = dataDir
}
