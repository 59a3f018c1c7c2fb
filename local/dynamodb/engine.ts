import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { damaged } from '../kept-state.ts'
import { AwsError, type Log } from '../types.ts'
import { findJava } from './java.ts'

export interface Engine {
  port: number
  /** Resolves when the question is first answered; throws what DynamoDB Local printed if it ends before, or that its data is damaged. */
  answering(question: () => Promise<unknown>): Promise<void>
  /** Ends DynamoDB Local and resolves when it is gone. */
  close(): Promise<void>
  /** As a power cut would: no chance to finish anything. */
  kill(): Promise<void>
}

const emulator = join(import.meta.dirname, '../../node_modules/amplify-dynamodb-simulator/emulator')

/**
 * The pipe on standard input closes when this process ends in whatever way, kill -9 included; `cat` sees that and
 * takes DynamoDB Local along. It runs in a session of its own, so that Ctrl-C does not end it before the rest of the stack.
 */
const guard = `
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{ cat <&3; kill -9 $child; } >/dev/null 2>&1 &
exec 3<&-
wait $child`

/** Starts AWS's DynamoDB Local; `port` 0 takes a free one. */
export async function startEngine(options: { dataDir: string | undefined; port: number; log: Log }): Promise<Engine> {
  const java = await findJava()
  const port = await freePort(options.port)
  if (options.dataDir) mkdirSync(options.dataDir, { recursive: true })
  const storage = options.dataDir ? ['-dbPath', options.dataDir] : ['-inMemory']
  const flags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx512m', `-Djava.library.path=${join(emulator, 'DynamoDBLocal_lib')}`]
  const jar = ['-jar', join(emulator, 'DynamoDBLocal.jar'), '-sharedDb', '-port', String(port), '-disableTelemetry', ...storage]
  // It leaves a file with an installation id wherever it runs.
  const cwd = options.dataDir ?? tmpdir()
  const child = spawn('sh', ['-c', guard, 'dynamodb-local', java, ...flags, ...jar], {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  return watch(child, { ...options, port })
}

function watch(child: ChildProcess, { port, log, dataDir }: { port: number; log: Log; dataDir: string | undefined }): Engine {
  let ending = false
  let output = ''
  const remember = (chunk: Buffer) => {
    output = (output + chunk).slice(-2000)
  }
  child.stdout?.on('data', remember)
  child.stderr?.on('data', remember)
  // The output closes only when DynamoDB Local itself is gone; the shell that started it may go first.
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  void gone.then(() => {
    if (!ending) log('dynamodb', `DynamoDB Local ended unexpectedly: ${output.trim()}`)
  })
  const end = async (signal: NodeJS.Signals) => {
    ending = true
    signalGroup(child, signal)
    const patience = new AbortController()
    const impatient = setTimeout(5000, undefined, { signal: patience.signal }).then(
      () => signalGroup(child, 'SIGKILL'),
      () => {},
    )
    await gone
    patience.abort()
    await impatient
  }
  const answering = async (question: () => Promise<unknown>) => {
    for (let failure = await failureOf(question); failure !== undefined; failure = await failureOf(question)) {
      // It starts with a file that is no database, and then fails at everything.
      if (dataDir && failure instanceof AwsError && failure.code === 'InternalFailure')
        throw damaged(dataDir, 'DynamoDB Local cannot read it.')
      if (child.exitCode === null && child.signalCode === null) await setTimeout(50)
      else throw await gone.then(() => new Error(`DynamoDB Local does not start: ${output.trim()}`))
    }
  }
  return { port, answering, close: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

function failureOf(question: () => Promise<unknown>): Promise<unknown> {
  return question().then(
    () => undefined,
    (error: unknown) => error,
  )
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal)
  } catch {
    // The group is gone already.
  }
}

/** Asks for the port before Java does, whose own complaint about a port in use is a page of stack trace. */
function freePort(wanted: number): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', () => reject(new Error(`port ${wanted}, meant for DynamoDB Local, is in use`)))
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : wanted))
    })
  })
}
