import { join, relative, resolve } from 'node:path'
import { createBuilder } from './builder.ts'
import { type Console, createConsole, type Output } from './console.ts'
import { Occupied } from './patience.ts'
import { portsFrom } from './ports.ts'
import { type Stack, type Step, startStack } from './stack.ts'
import { synthesize } from './synthesis.ts'

export interface Command {
  args: string[]
  env: NodeJS.ProcessEnv
  /** Of the project. */
  root: string
  output: Output
  /** Aborted when the person asks the stack to stop. */
  stopping: AbortController
}

const usage = `npm start [-- --fresh]

  --fresh           begin anew: empties the data folder first
  TESSERA_PORT      first of six ports (3000: API, 3001 hosted login, 3002 inbox, 3003 AWS, 3004 DynamoDB Local, 3005 S3)
  TESSERA_DATA      data folder (.tessera)
  TESSERA_IP_LIMIT  requests a minute from one address on public routes (100000)
  TESSERA_MAX_WARM  function instances kept running (40)
  TESSERA_PATIENCE  how many times longer than on AWS a function may take, where the machine is busy (1)
`

/** Runs the stack until it is asked to stop, and gives the exit code. */
export async function run(command: Command): Promise<number> {
  const { args, output, stopping } = command
  const unknown = args.filter((word) => !['--fresh', '--help'].includes(word))
  if (unknown.length > 0 || args.includes('--help')) {
    output.write(unknown.length > 0 ? `Unknown: ${unknown.join(' ')}\n\n${usage}` : usage)
    return unknown.length > 0 ? 2 : 0
  }
  const terminal = createConsole(output)
  stopping.signal.addEventListener('abort', () => terminal.print('\nStopping; once more ends it at once.'))
  try {
    const stack = await start(command, terminal)
    await aborted(stopping.signal)
    await stack.close()
    terminal.print('Stopped.')
    return 0
  } catch (error) {
    if (stopping.signal.aborted) return 0
    terminal.print(`\n${error instanceof Error ? messageOf(error) : String(error)}\n`)
    return 1
  } finally {
    terminal.close()
  }
}

async function start({ args, env, root, stopping }: Command, terminal: Console): Promise<Stack> {
  const ports = portsFrom(Number(env.TESSERA_PORT ?? 3000))
  const dataDir = resolve(root, env.TESSERA_DATA ?? '.tessera')
  const startedAt = performance.now()
  terminal.print(args.includes('--fresh') ? 'Tessera on this machine, from the beginning\n' : 'Tessera on this machine\n')
  const builder = createBuilder({ root, log: terminal.log })
  const stack = await startStack({
    builder,
    ports,
    dataDir,
    fresh: args.includes('--fresh'),
    step: abortable(terminal.step, stopping.signal),
    log: terminal.log,
    patience: Number(env.TESSERA_PATIENCE ?? 1),
    maxWarm: env.TESSERA_MAX_WARM ? Number(env.TESSERA_MAX_WARM) : undefined,
    coverageDir: env.TESSERA_COVERAGE_DIR,
    async synthesize() {
      const outdir = join(root, 'cdk.out', `local-${ports.api}`)
      const ipLimit = env.TESSERA_IP_LIMIT ?? '100000'
      const context = { stage: 'local', ipLimit, appUrl: `http://localhost:${ports.api}`, ports }
      const appEnv = { ...env, TESSERA_PORT: String(ports.api), TESSERA_IP_LIMIT: ipLimit }
      await synthesize({ root, outdir, context, env: appEnv, signal: stopping.signal, onBegin: builder.wake })
      return outdir
    },
  })
  terminal.keepLogs(join(dataDir, 'logs', 'stack.log'))
  terminal.print(whereIsWhat(stack, dataDir, (performance.now() - startedAt) / 1000))
  return stack
}

/** A step that is not waited for any longer once the person wants to stop. */
function abortable(step: Step, signal: AbortSignal): Step {
  return (name, work) => {
    signal.throwIfAborted()
    const stop = aborted(signal).then(() => Promise.reject(signal.reason))
    return Promise.race([step(name, work), stop])
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
}

function whereIsWhat({ description: { urls }, deployment }: Stack, dataDir: string, seconds: number): string {
  const tables = deployment.resources.filter(({ type }) => type.startsWith('AWS::DynamoDB::')).map(({ ref }) => ref)
  const buckets = deployment.ofType('AWS::S3::Bucket').map(({ ref }) => ref)
  const here = (path: string) => {
    const fromHere = relative(process.cwd(), path)
    return fromHere.startsWith('..') ? path : fromHere || '.'
  }
  const rows: [string, string][] = [
    ['API', urls.api],
    ['API reference', `${urls.api}/docs`],
    ['Hosted login', urls.login],
    ['Inbox', urls.inbox],
    ['AWS endpoint', `${urls.aws}   (credentials in ${here(join(dataDir, 'stack.json'))})`],
    ['Table', `${urls.dynamodb}   (${tables.join(', ')})`],
    ['Files', `${urls.s3}   (${buckets.join(', ')})`],
    ['Logs', here(join(dataDir, 'logs'))],
    ['Data', here(dataDir)],
  ]
  const table = rows.map(([name, place]) => `  ${name.padEnd(15)}${place}`).join('\n')
  return `\n${table}\n\n  Started in ${seconds.toFixed(1)} s. Try: npm run demo. Ctrl-C ends it.\n\nready ${urls.api}`
}

/** Messages meant for people stand alone; for anything unexpected the stack trace helps. */
function messageOf(error: Error): string {
  return error.constructor === Error || error instanceof Occupied ? error.message : (error.stack ?? error.message)
}
