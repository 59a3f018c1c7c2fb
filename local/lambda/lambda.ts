import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Deployment, FunctionError, type Invoke, type Log } from '../types.ts'
import { createFleet } from './fleet.ts'
import { type FunctionLog, openFunctionLog } from './function-log.ts'
import { type LambdaFunction, readFunctions } from './functions.ts'
import { startInstance } from './instance.ts'

export interface LambdaOptions {
  deployment: Deployment
  assemblyDir: string
  credentialsFor(roleArn: string): { accessKeyId: string; secretAccessKey: string; sessionToken: string }
  /** `AWS_ENDPOINT_URL` of the functions. */
  awsEndpoint: string
  /** `AWS_ENDPOINT_URL_S3`: it stands in addresses that people get, so it is one that they reach. */
  s3Endpoint?: string
  /** Where each function's output is kept. */
  logDir: string
  log: Log
  maxWarm?: number | undefined
  patience?: number | undefined
  maxPerFunction?: number
  /** Sees to it that a function's code lies in its folder; what it says is wrong is answered as a failed import. */
  build?: ((folder: string) => Promise<void>) | undefined
  /** Where instances that stop leave the coverage their instrumented bundles counted. */
  coverageDir?: string | undefined
}

export interface Lambda {
  invoke: Invoke
  /** Where the code of each function lies. */
  folders: string[]
  /** How many instances run. */
  warm(): number
  close(): Promise<void>
}

/** Lambda's limit on an event and on an answer, in bytes. */
const payloadBytes = 6 * 1024 * 1024

const INIT_SECONDS = 30

export function createLambda(options: LambdaOptions): Lambda {
  const { deployment, assemblyDir, logDir, log, maxWarm = 40, maxPerFunction = 4, patience = 1, coverageDir } = options
  const functions = new Map(readFunctions(deployment, assemblyDir, patience).map((lambda) => [lambda.name, lambda]))
  const logs = new Map<string, FunctionLog>()
  const compileCache = join(tmpdir(), 'tessera-compile-cache')

  function logOf({ name }: LambdaFunction): FunctionLog {
    const open = logs.get(name) ?? openFunctionLog(name, logDir, log)
    logs.set(name, open)
    return open
  }

  const fleet = createFleet({
    maxWarm,
    maxPerFunction,
    start: (lambda) => {
      const onOutput = logOf(lambda).write
      const initSeconds = INIT_SECONDS * patience
      return startInstance(lambda, { environment: environmentOf(lambda, options), onOutput, compileCache, coverageDir, initSeconds })
    },
  })

  return {
    async invoke(nameOrArn, event) {
      const lambda = functions.get(functionName(nameOrArn))
      if (!lambda) throw new FunctionError('ResourceNotFoundException', `Function not found: ${nameOrArn}`)
      if (lambda.reservedConcurrency === 0) throw new FunctionError('TooManyRequestsException', 'Rate Exceeded.')
      await options.build?.(lambda.root).catch((error: Error) => {
        logOf(lambda).write('stderr', `${lambda.name} cannot be built: ${error.message}\n`)
        throw new FunctionError('Runtime.ImportModuleError', error.message)
      })
      const payload = limited(JSON.stringify(event ?? null), 'RequestEntityTooLargeException', 'Request')
      const answer = await fleet.use(lambda, (instance) => instance.run(randomUUID(), payload))
      return JSON.parse(limited(answer, 'Function.ResponseSizeTooLarge', 'Response payload'))
    },
    folders: [...functions.values()].map(({ root }) => root),
    warm: fleet.warm,
    async close() {
      await fleet.close()
      await Promise.all([...logs.values()].map((open) => open.close()))
    },
  }
}

/** The name in a name, an ARN, or either with a version or alias behind it. */
function functionName(nameOrArn: string): string {
  const parts = nameOrArn.split(':')
  return (parts[0] === 'arn' ? parts[6] : parts[0]) ?? ''
}

function limited(payload: string, errorType: string, what: string): string {
  if (Buffer.byteLength(payload) <= payloadBytes) return payload
  throw new FunctionError(errorType, `${what} must be smaller than ${payloadBytes} bytes`)
}

/** Exactly what Lambda would set: the template's variables, the role's credentials and the reserved names. */
function environmentOf(lambda: LambdaFunction, options: LambdaOptions): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = options.credentialsFor(lambda.roleArn)
  return {
    ...lambda.environment,
    TZ: 'UTC',
    AWS_REGION: options.deployment.region,
    AWS_DEFAULT_REGION: options.deployment.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_ENDPOINT_URL: options.awsEndpoint,
    ...(options.s3Endpoint ? { AWS_ENDPOINT_URL_S3: options.s3Endpoint } : {}),
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: lambda.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    LAMBDA_TASK_ROOT: lambda.root,
    _HANDLER: lambda.handler,
  }
}
