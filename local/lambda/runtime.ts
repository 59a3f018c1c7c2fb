/**
 * Runs inside the worker of one function instance, like Lambda's own runtime in its sandbox. It is started from its text
 * (types stripped once for all workers), so it imports nothing but Node's own modules.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'

export interface RuntimeSettings {
  root: string
  /** `index.handler`: file and export. */
  handler: string
  functionName: string
  functionArn: string
  memoryMegabytes: number
  compileCache: string | undefined
  coverageDir: string | undefined
}

/** What the stack sends: an event to handle, or the word to stop. */
export type Task = { requestId: string; payload: string; deadline: number } | 'stop'

export interface FailureDetails {
  errorType: string
  errorMessage: string
  trace: string[]
}

export type Report = { kind: 'ready' } | { kind: 'answer'; payload: string } | { kind: 'error' | 'crash'; error: FailureDetails }

type Handler = (event: unknown, context: object) => unknown

/** Loads `index.handler` below the root; throws the errors that Lambda's runtime names. */
export async function loadHandler(root: string, handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf('.')
  const stem = join(root, handler.slice(0, dot))
  const file = ['.js', '.mjs', '.cjs'].map((extension) => stem + extension).find(existsSync)
  if (!file) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${handler.slice(0, dot)}'`)
  const exports = file.endsWith('.mjs') ? ((await import(pathToFileURL(file).href)) as object) : loadCommonJs(file)
  const found: unknown = Reflect.get(exports, handler.slice(dot + 1))
  if (typeof found === 'function') return found as Handler
  throw named('Runtime.HandlerNotFound', `${handler} is undefined or not exported`)
}

/** A bundle is CommonJS wherever it lies: in Lambda no package.json stands above it, here that of the project does. */
function loadCommonJs(file: string): object {
  const Module = nodeModule.Module as unknown as CommonJs
  const loaded = new Module(file, undefined)
  loaded.filename = file
  loaded.paths = Module._nodeModulePaths(dirname(file))
  loaded._compile(readFileSync(file, 'utf8'), file, 'commonjs')
  return loaded.exports
}

interface CommonJs {
  new (
    id: string,
    parent: undefined,
  ): { filename: string; paths: string[]; exports: object; _compile(code: string, file: string, format: string): void }
  _nodeModulePaths(directory: string): string[]
}

export function createContext(settings: RuntimeSettings, requestId: string, deadline: number): object {
  return {
    functionName: settings.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMegabytes),
    awsRequestId: requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
}

/** Handles one event; a thrown error becomes the report that Lambda makes of it. */
export async function handleTask(handler: Handler, settings: RuntimeSettings, task: Exclude<Task, 'stop'>): Promise<Report> {
  try {
    const answer: unknown = await handler(JSON.parse(task.payload), createContext(settings, task.requestId, task.deadline))
    return { kind: 'answer', payload: JSON.stringify(answer) ?? 'null' }
  } catch (error) {
    const details = describe(error)
    console.error(
      JSON.stringify({ level: 'ERROR', message: `Invoke Error: ${details.errorMessage}`, requestId: task.requestId, ...details }),
    )
    return { kind: 'error', error: details }
  }
}

export function describe(error: unknown): FailureDetails {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name })
}

/** Leaves what an instrumented bundle has counted, one file for each instance. */
export function writeCoverage(directory: string | undefined): void {
  const counted = Reflect.get(globalThis, '__coverage__') as object | undefined
  if (!directory || !counted) return
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, `${randomUUID()}.json`), JSON.stringify(counted))
}

async function serve(port: MessagePort, settings: RuntimeSettings): Promise<void> {
  const report = (message: Report) => port.postMessage(message)
  const crash =
    (errorType: string | undefined) =>
    (error: unknown): never => {
      const details = describe(error)
      report({ kind: 'crash', error: { ...details, errorType: errorType ?? details.errorType } })
      process.exit(1)
    }
  process.on('unhandledRejection', crash('Runtime.UnhandledPromiseRejection'))
  process.on('uncaughtException', crash(undefined))
  process.on('exit', () => writeCoverage(settings.coverageDir))
  if (settings.compileCache) nodeModule.enableCompileCache(settings.compileCache)
  const handler = await loadHandler(settings.root, settings.handler).catch((error: unknown) => crash(initErrorType(error))(error))
  port.on('message', async (task: Task) => {
    if (task === 'stop') process.exit(0)
    process.env._X_AMZN_TRACE_ID = traceId()
    report(await handleTask(handler, settings, task))
  })
  report({ kind: 'ready' })
}

/** The names Lambda gives to what goes wrong before a handler exists. */
export function initErrorType(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return 'Runtime.UserCodeSyntaxError'
  const { code } = (error ?? {}) as { code?: unknown }
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND' ? 'Runtime.ImportModuleError' : undefined
}

function traceId(): string {
  const random = randomUUID().replaceAll('-', '')
  return `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${random.slice(0, 24)};Parent=${random.slice(16)};Sampled=0`
}

// Tests import the functions above; only a worker has somebody to serve.
if (parentPort && workerData) void serve(parentPort, workerData as RuntimeSettings)
