import { join } from 'node:path'
import { startFront } from './aws/front.ts'
import type { Builder } from './builder.ts'
import { createEventBridge } from './bus/event-bridge.ts'
import { startEventSources } from './bus/event-source.ts'
import { prepareDataFolder, removeDescription, type StackDescription, writeDescription } from './data-folder.ts'
import { type DynamoDb, startDynamoDb } from './dynamodb/dynamodb.ts'
import { type Engine, startEngine } from './dynamodb/engine.ts'
import { startGateway } from './gateway/gateway.ts'
import { createIam, type Iam } from './iam/iam.ts'
import { createLambda, type Lambda } from './lambda/lambda.ts'
import { startMail } from './mail/mail.ts'
import { patiently } from './patience.ts'
import { checkPorts } from './ports.ts'
import { startOf } from './processes.ts'
import { createSqs } from './queue/sqs.ts'
import { untilReady } from './ready.ts'
import { startS3 } from './s3/s3.ts'
import { createSecrets } from './secrets/secrets.ts'
import { startSignIn } from './sign-in.ts'
import { type Credentials, createCredentials } from './sts/credentials.ts'
import { createSts } from './sts/sts.ts'
import { readDeployment } from './template/deployment.ts'
import type { AwsService, Deployment, Invoke, Log, Ports } from './types.ts'

/** Runs one part of the start and shows that it does. */
export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>

export interface StackOptions {
  ports: Ports
  /** Where state is kept; see `data-folder.ts`. */
  dataDir: string
  /** Empty the data folder first. */
  fresh?: boolean
  /** Keep the table in memory, for tests that do not restart. */
  inMemory?: boolean
  /** Makes the cloud assembly and says where it lies. Runs while DynamoDB Local starts. */
  synthesize(): Promise<string>
  /** Makes the code of functions that the assembly holds no code of, before their first call. */
  builder?: Builder
  log: Log
  step?: Step
  maxWarm?: number | undefined
  /** How many times longer than the template says a function may take. */
  patience?: number
  coverageDir?: string | undefined
  /** A path that must answer 200 before the stack counts as started. */
  readyPath?: string
  readyWithinMs?: number
  /** How long to wait for an earlier stack that is about to end to leave ports and folder. */
  patienceMs?: number
}

export interface Stack {
  description: StackDescription
  deployment: Deployment
  invoke: Invoke
  /** How many function instances run. */
  warm(): number
  close(): Promise<void>
}

type OnClose = (close: () => unknown) => void

/** Starts the whole product from its synthesized templates. When a part fails to start, those before it are closed again. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const opened: (() => unknown)[] = []
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each()
  }
  try {
    return { ...(await open({ step: (_, work) => work(), ...options }, (each) => opened.push(each))), close }
  } catch (error) {
    await close()
    throw error
  }
}

type Options = StackOptions & { step: Step }

async function open(options: Options, onClose: OnClose): Promise<Omit<Stack, 'close'>> {
  const { ports, dataDir, log, step } = options
  const { patienceMs = 5_000, builder } = options
  if (builder) onClose(builder.close)
  await step(`ports ${ports.api} to ${ports.s3} are free`, () => patiently(patienceMs, () => checkPorts(ports)))
  await patiently(patienceMs, () => prepareDataFolder(dataDir, options.fresh === true))
  const engine = await step('Java found, DynamoDB Local starting', () =>
    startEngine({ dataDir: tableFolder(options), port: ports.dynamodb, log }),
  )
  onClose(engine.close)
  const { assemblyDir, deployment } = await step('CDK app synthesized', async () => {
    const directory = await options.synthesize()
    return { assemblyDir: directory, deployment: readDeployment(directory, { ports }) }
  })
  const iam = createIam(deployment)
  const credentials = createCredentials({ account: deployment.account, iam })
  const base = { options, deployment, iam, credentials, onClose }
  const lambda = await openAws({ ...base, engine, assemblyDir })
  await step('API', async () =>
    onClose((await startGateway({ port: ports.api, deployment, invoke: lambda.invoke, log, patience: options.patience })).close),
  )
  const description = describe(ports, deployment, credentials)
  const ready = `${description.urls.api}${options.readyPath ?? '/ready'}`
  await step('first answer', () => untilReady(ready, options.readyWithinMs ?? 30_000 * (options.patience ?? 1)))
  writeDescription(dataDir, description)
  onClose(() => removeDescription(dataDir))
  void builder?.buildAll(lambda.folders)
  return { description, deployment, invoke: lambda.invoke, warm: lambda.warm }
}

const tableFolder = ({ inMemory, dataDir }: Options) => (inMemory ? undefined : join(dataDir, 'table'))

interface Parts {
  options: Options
  deployment: Deployment
  iam: Iam
  credentials: Credentials
  onClose: OnClose
}

/** Everything behind the front door, and the functions that knock on it. What feeds the functions closes before them, what they call after. */
async function openAws(parts: Parts & { engine: Engine; assemblyDir: string }): Promise<Lambda> {
  const { options, deployment, iam, credentials, onClose, engine, assemblyDir } = parts
  const { ports, dataDir, log, step, coverageDir, maxWarm, patience, builder } = options
  const services: AwsService[] = [createSts({ iam, credentials }), createSecrets({ deployment, dataDir: join(dataDir, 'secrets') })]
  const dynamodb = await step('table', () =>
    startDynamoDb({ deployment, engine, port: ports.dynamodb, log, ...(!options.inMemory && { dataDir }) }),
  )
  onClose(dynamodb.close)
  onClose((await startFront({ port: ports.aws, services, credentials, iam, log })).close)
  const s3 = await startS3({ deployment, port: ports.s3, dataDir: join(dataDir, 's3'), credentials, iam, log })
  onClose(s3.close)
  const lambda = createLambda({
    deployment,
    assemblyDir,
    log,
    credentialsFor: credentials.forRole,
    awsEndpoint: `http://127.0.0.1:${ports.aws}`,
    s3Endpoint: s3.url,
    logDir: join(dataDir, 'logs'),
    coverageDir,
    maxWarm,
    patience,
    build: builder?.build,
  })
  onClose(lambda.close)
  services.push(dynamodb.service, ...(await step('sign-in and inbox', () => openPeopleServices(parts, lambda))))
  services.push(...(await step('queues, rules and streams', async () => openMessaging(parts, lambda, dynamodb))))
  return lambda
}

async function openPeopleServices({ options, deployment, onClose }: Parts, { invoke }: Lambda): Promise<AwsService[]> {
  const { ports, dataDir, log } = options
  const mail = await startMail({ deployment, port: ports.inbox, dataDir: join(dataDir, 'mail'), log })
  onClose(mail.close)
  const cognito = await startSignIn({ ports, dataDir, deployment, invoke, mailbox: mail.mailbox, log })
  onClose(cognito.close)
  return [mail.service, cognito.service]
}

function openMessaging({ options, deployment, iam, onClose }: Parts, { invoke }: Lambda, { readStream }: DynamoDb): AwsService[] {
  const { dataDir, log } = options
  const sqs = createSqs({ deployment, dataDir: join(dataDir, 'queues'), log })
  onClose(() => sqs.close?.())
  const bus = createEventBridge({ deployment, deliver: { send: sqs.send, invoke }, evaluateService: iam.evaluateService, log })
  onClose(bus.close)
  onClose(startEventSources({ deployment, sqs, evaluate: iam.evaluate, invoke, readStream, log }).close)
  return [sqs, bus]
}

function describe(ports: Ports, deployment: Deployment, credentials: Credentials): StackDescription {
  const at = (port: number) => `http://localhost:${port}`
  const { accessKeyId, secretAccessKey, sessionToken } = credentials.root()
  return {
    pid: process.pid,
    process: startOf(process.pid),
    startedAt: new Date().toISOString(),
    urls: {
      api: at(ports.api),
      login: at(ports.login),
      inbox: at(ports.inbox),
      aws: at(ports.aws),
      dynamodb: at(ports.dynamodb),
      s3: at(ports.s3),
    },
    ports,
    region: deployment.region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    resources: Object.fromEntries(deployment.resources.map(({ stack, logicalId, ref }) => [`${stack}/${logicalId}`, ref])),
  }
}
