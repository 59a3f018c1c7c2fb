import { join, relative, resolve } from 'node:path'
import { type Console, createConsole } from './console.ts'
import { portsFrom } from './ports.ts'
import { type Stack, type Step, startStack } from './stack.ts'
import { synthesize } from './synthesis.ts'

/** The command line of the local stack: `npm start`, `npm start -- --fresh`. */

const root = resolve(import.meta.dirname, '..')
const usage = `npm start [-- --fresh]

  --fresh           begin anew: empties the data folder first
  TESSERA_PORT      first of five ports (3000: API, 3001 hosted login, 3002 inbox, 3003 AWS, 3004 DynamoDB Local)
  TESSERA_DATA      data folder (.tessera)
  TESSERA_IP_LIMIT  requests a minute from one address on public routes (100000)
  TESSERA_MAX_WARM  function instances kept running (40)`

// Lambda's clock is UTC; workers share the time zone of the process.
process.env.TZ = 'UTC'

const wanted = process.argv.slice(2)
if (wanted.includes('--help')) {
  console.log(usage)
} else if (wanted.some((word) => word !== '--fresh')) {
  console.error(`Unknown: ${wanted.filter((word) => word !== '--fresh').join(' ')}\n\n${usage}`)
  process.exitCode = 2
} else {
  await main(wanted.includes('--fresh'))
}

async function main(fresh: boolean): Promise<void> {
  const terminal = createConsole(process.stdout)
  const stopping = new AbortController()
  onStopSignal(terminal, stopping)
  try {
    const stack = await start(terminal, stopping.signal, fresh)
    await untilAborted(stopping.signal)
    await stack.close()
    terminal.print('Stopped.')
  } catch (error) {
    if (!stopping.signal.aborted) {
      terminal.print(`\n${error instanceof Error ? messageOf(error) : String(error)}\n`)
      process.exitCode = 1
    }
  }
  terminal.close()
  // Whatever a part forgot to close must not keep the terminal.
  process.exit()
}

async function start(terminal: Console, signal: AbortSignal, fresh: boolean): Promise<Stack> {
  const ports = portsFrom(Number(process.env.TESSERA_PORT ?? 3000))
  const dataDir = resolve(root, process.env.TESSERA_DATA ?? '.tessera')
  const ipLimit = process.env.TESSERA_IP_LIMIT ?? '100000'
  const outdir = join(root, 'cdk.out', `local-${ports.api}`)
  const startedAt = performance.now()
  process.env.TESSERA_PORT = String(ports.api)
  process.env.TESSERA_IP_LIMIT = ipLimit
  terminal.print(fresh ? 'Tessera on this machine, from the beginning\n' : 'Tessera on this machine\n')
  const step: Step = (name, work) => {
    signal.throwIfAborted()
    return Promise.race([terminal.step(name, work), rejectedWhenAborted(signal)])
  }
  const stack = await startStack({
    ports,
    dataDir,
    fresh,
    step,
    log: terminal.log,
    maxWarm: process.env.TESSERA_MAX_WARM ? Number(process.env.TESSERA_MAX_WARM) : undefined,
    coverageDir: process.env.TESSERA_COVERAGE_DIR,
    async synthesize() {
      const appUrl = `http://localhost:${ports.api}`
      await synthesize({ root, outdir, context: { stage: 'local', ipLimit, appUrl, ports }, signal })
      return outdir
    },
  })
  terminal.keepLogs(join(dataDir, 'logs', 'stack.log'))
  terminal.print(whereIsWhat(stack, dataDir, (performance.now() - startedAt) / 1000))
  return stack
}

function whereIsWhat({ description: { urls }, deployment }: Stack, dataDir: string, seconds: number): string {
  const tables = deployment.resources.filter(({ type }) => type.startsWith('AWS::DynamoDB::')).map(({ ref }) => ref)
  const here = (path: string) => relative(process.cwd(), path) || '.'
  const rows: [string, string][] = [
    ['API', urls.api],
    ['API reference', `${urls.api}/docs`],
    ['Hosted login', urls.login],
    ['Inbox', urls.inbox],
    ['AWS endpoint', `${urls.aws}   (credentials in ${here(join(dataDir, 'stack.json'))})`],
    ['Table', `${urls.dynamodb}   (${tables.join(', ')})`],
    ['Logs', here(join(dataDir, 'logs'))],
    ['Data', here(dataDir)],
  ]
  const table = rows.map(([name, place]) => `  ${name.padEnd(15)}${place}`).join('\n')
  return `\n${table}\n\n  Started in ${seconds.toFixed(1)} s. Try: npm run demo. Ctrl-C ends it.\n\nready ${urls.api}`
}

/** The first signal closes everything in order, a second one a moment later ends at once. */
function onStopSignal(terminal: Console, stopping: AbortController): void {
  let first: number | undefined
  const onSignal = () => {
    const now = Date.now()
    if (first === undefined) {
      first = now
      terminal.print('\nStopping; once more ends it at once.')
      stopping.abort()
      // One Ctrl-C can arrive twice, from the terminal and passed on by npm.
    } else if (now - first > 500) process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function rejectedWhenAborted(signal: AbortSignal): Promise<never> {
  await untilAborted(signal)
  throw signal.reason
}

/** Messages meant for people stand alone; for anything unexpected the stack trace helps. */
function messageOf(error: Error): string {
  return error.constructor === Error ? error.message : (error.stack ?? error.message)
}
