import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { FunctionError } from '../types.ts'
import type { LambdaFunction } from './functions.ts'
import type { FailureDetails, Report, RuntimeSettings, Task } from './runtime.ts'

/** One running copy of a function: a worker thread with its own globals, modules and environment. Handles one event at a time. */
export interface Instance {
  run(requestId: string, payload: string): Promise<string>
  /** Lets it leave its coverage first; a worker that will not end is ended. */
  stop(): Promise<void>
  /** Resolves when the worker has ended, for whatever reason. */
  ended: Promise<void>
}

export interface InstanceOptions {
  environment: Record<string, string>
  onOutput(stream: 'stdout' | 'stderr', text: string): void
  compileCache?: string | undefined
  coverageDir?: string | undefined
  /** Loading the bundle counts apart from the function's own timeout, as Lambda's initialization does. */
  initSeconds: number
}

const stopGraceMs = 2000
let runtimeCode: string | undefined

/** The runtime as JavaScript: stripping its types here, once, is 25 ms less in every worker. */
function runtime(): string {
  runtimeCode ??= stripTypeScriptTypes(readFileSync(join(import.meta.dirname, 'runtime.ts'), 'utf8'))
  return runtimeCode
}

export function startInstance(lambda: LambdaFunction, options: InstanceOptions): Instance {
  const worker = startWorker(lambda, options)
  let current: ((outcome: Report) => void) | undefined
  let lastCrash: FailureDetails | undefined
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const nextReport = () => new Promise<Report>((resolve) => (current = resolve))
  const settle = (report: Report) => {
    current?.(report)
    current = undefined
  }
  worker.on('message', (report: Report) => {
    if (report.kind === 'crash') lastCrash = report.error
    else settle(report)
  })
  worker.on('error', (error) => (lastCrash ??= { errorType: error.name, errorMessage: error.message, trace: [] }))
  worker.on('exit', (code) => {
    if (lastCrash && !current) options.onOutput('stderr', asLogLine(lastCrash))
    settle({ kind: 'crash', error: lastCrash ?? exited(code) })
  })

  const limited = async (report: Promise<Report>, seconds: number): Promise<Report> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Report>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'crash', error: timedOut(seconds) }), seconds * 1000)
    })
    const first = await Promise.race([report, late])
    clearTimeout(timer)
    if (first.kind !== 'crash') return first
    options.onOutput('stderr', asLogLine(first.error))
    await worker.terminate()
    return first
  }

  const ready = limited(nextReport(), options.initSeconds)
  return {
    ended,
    async run(requestId, payload) {
      payloadOf(requestId, await ready)
      const report = nextReport()
      worker.postMessage({ requestId, payload, deadline: Date.now() + lambda.timeoutSeconds * 1000 } satisfies Task)
      return payloadOf(requestId, await limited(report, lambda.timeoutSeconds))
    },
    async stop() {
      worker.postMessage('stop' satisfies Task)
      const timer = setTimeout(() => worker.terminate(), stopGraceMs)
      await ended
      clearTimeout(timer)
    },
  }
}

function startWorker(lambda: LambdaFunction, { environment, onOutput, compileCache, coverageDir }: InstanceOptions): Worker {
  const { root, handler, memoryMegabytes } = lambda
  const settings: RuntimeSettings = {
    root,
    handler,
    memoryMegabytes,
    functionName: lambda.name,
    functionArn: lambda.arn,
    compileCache,
    coverageDir,
  }
  const worker = new Worker(runtime(), {
    name: lambda.name,
    env: environment,
    eval: true,
    execArgv: ['--input-type=module'],
    stdout: true,
    stderr: true,
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
  })
  worker.stdout.setEncoding('utf8').on('data', (text: string) => onOutput('stdout', text))
  worker.stderr.setEncoding('utf8').on('data', (text: string) => onOutput('stderr', text))
  return worker
}

function payloadOf(requestId: string, report: Report): string {
  if (report.kind === 'answer') return report.payload
  if (report.kind === 'ready') return ''
  const { errorType, errorMessage } = report.error
  throw new FunctionError(errorType, report.kind === 'crash' ? `RequestId: ${requestId} Error: ${errorMessage}` : errorMessage)
}

function asLogLine(error: FailureDetails): string {
  return `${JSON.stringify({ level: 'ERROR', message: `${error.errorType}: ${error.errorMessage}`, trace: error.trace })}\n`
}

function exited(code: number): FailureDetails {
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: exit status ${code}`, trace: [] }
}

function timedOut(seconds: number): FailureDetails {
  return { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${seconds.toFixed(2)} seconds`, trace: [] }
}
