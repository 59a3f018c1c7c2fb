import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from '@jest/globals'
import { startFront } from '../local/aws/front.ts'
import { startCognito } from '../local/cognito/cognito.ts'
import { createIam } from '../local/iam/iam.ts'
import { startS3 } from '../local/s3/s3.ts'
import { createSecrets } from '../local/secrets/secrets.ts'
import { createCredentials } from '../local/sts/credentials.ts'
import type { AwsRequest, AwsService } from '../local/types.ts'
import type { Endpoint } from '../shared/endpoint.ts'
import type { DomainEvent } from '../shared/event.ts'
import { openKeyring } from '../shared/keyring.ts'
import type { LambdaHandler } from '../shared/serve/serve.ts'
import type { Tenant } from '../shared/store/tenant.ts'
import { ACCOUNT, CLIENT, deployment, ENROLMENT_CLIENT, HOSTED_CLIENT, POOL, settings } from './workbench/deployment.ts'
import { handOutDue } from './workbench/due.ts'
import { type Answer, interruptible } from './workbench/interruptible.ts'
import { type Founding, founder, member, type Person, tenant } from './workbench/people.ts'
import { type Reply, type RequestOptions, react, request } from './workbench/requests.ts'
import { openTable } from './workbench/table.ts'
import { type Watch, watched } from './workbench/watched.ts'

export type { Person, Reply, RequestOptions }

/** For tests of one endpoint or reaction in this process, on real parts: DynamoDB Local, the Cognito and S3 emulators, the AWS front door. */

export interface Bench {
  request(handler: LambdaHandler, contract: Endpoint, options?: RequestOptions): Promise<Reply>
  /** An organization with its verified administrator, signed in; straight into the store, without Cognito. */
  founder(options?: Founding): Promise<Person>
  /** One more active, verified, signed-in user of the founder's organization. */
  member(of: Person, options?: { roleIds?: string[]; email?: string }): Promise<Person>
  tenant(organizationId: string): Tenant
  /** Hands an event to a reaction as SQS does; gives the ids of the messages it failed. */
  react(handler: (event: never) => Promise<unknown>, ...events: DomainEvent[]): Promise<string[]>
  /** Sweeps by a clock that stands at this moment; gives the events of what was due, for the reactions to them. */
  handOutDue(now: string): Promise<DomainEvent[]>
  /** What was given to SES and to EventBridge. */
  mails: AwsRequest[]
  published: AwsRequest[]
  /** As long as the work takes, Cognito answers what `answer` gives, or fails with what it throws; undefined leaves the answer to Cognito. */
  whileCognito<T>(answer: Answer, work: () => Promise<T>): Promise<T>
  /** The same of the table, and of the bus. */
  whileTable<T>(answer: Answer, work: () => Promise<T>): Promise<T>
  whileBus<T>(answer: Answer, work: () => Promise<T>): Promise<T>
  pool: { id: string; client: string; hostedClient: string; enrolmentClient: string; issuer: string }
  close(): Promise<void>
}

/** One for all tests of a file: opened before the first of them, closed after the last. */
export function workbench(options?: Parameters<typeof openWorkbench>[0]): Bench {
  const bench = {} as Bench
  beforeAll(async () => {
    Object.assign(bench, await openWorkbench(options))
  })
  afterAll(() => bench.close())
  return bench
}

const quiet = () => undefined

/** A service that remembers what it was asked and answers what it is told. */
const sink = (name: string, seen: AwsRequest[], reply: (request: AwsRequest) => unknown): AwsService => ({
  name,
  needs: () => [],
  async handle(request) {
    seen.push(request)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(reply(request)) }
  },
})

/** Starts the parts and puts their addresses into the environment; call it in `beforeAll`, with time for Java to start. */
export async function openWorkbench({ watchTable }: { watchTable?: Watch } = {}): Promise<Bench> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
  const table = `bench-${randomUUID()}`
  const template = deployment(table)
  const iam = createIam(template)
  const credentials = createCredentials({ account: ACCOUNT, iam })
  const mails: AwsRequest[] = []
  const published: AwsRequest[] = []
  const dynamodb = await openTable(template, table)
  const cognito = await startCognito({
    deployment: template,
    dataDir,
    loginPort: 0,
    apiOrigin: 'http://localhost:3000',
    log: quiet,
    invoke: async (_name, event) => event,
  })
  const items = interruptible(watched(dynamodb.service, watchTable))
  const bus = interruptible(
    sink('events', published, (asked) => {
      if (asked.operation === 'DescribeEventBus') return { Name: 'bench' }
      const entries = asked.input.Entries as unknown[]
      return { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: randomUUID() })) }
    }),
  )
  const mail = sink('ses', mails, () => ({ MessageId: randomUUID() }))
  const secrets = createSecrets({ deployment: template, dataDir: join(dataDir, 'secrets') })
  const people = interruptible(cognito.service)
  const services = [items.service, people.service, secrets, bus.service, mail]
  const front = await startFront({ port: 0, services, credentials, iam, log: quiet })
  const s3 = await startS3({ deployment: template, port: 0, dataDir: join(dataDir, 's3'), credentials, iam, log: quiet })
  const root = credentials.root()
  Object.assign(process.env, settings, {
    TESSERA_TABLE: table,
    TESSERA_ISSUER: cognito.issuer(POOL),
    AWS_ENDPOINT_URL: front.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
    AWS_SESSION_TOKEN: root.sessionToken,
  })
  await openKeyring()
  return {
    request,
    founder,
    member,
    tenant,
    react,
    handOutDue,
    mails,
    published,
    whileCognito: people.during,
    whileTable: items.during,
    whileBus: bus.during,
    pool: { id: POOL, client: CLIENT, hostedClient: HOSTED_CLIENT, enrolmentClient: ENROLMENT_CLIENT, issuer: cognito.issuer(POOL) },
    async close() {
      await front.close()
      await s3.close()
      await cognito.close()
      await dynamodb.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
