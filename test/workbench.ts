import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { found } from '../functions/organizations/organization.ts'
import { organizations } from '../functions/organizations/organization-store.ts'
import { type NewUser, register, type User } from '../functions/users/user.ts'
import { users } from '../functions/users/user-store.ts'
import { startFront } from '../local/aws/front.ts'
import { startCognito } from '../local/cognito/cognito.ts'
import { startDynamoDb } from '../local/dynamodb/dynamodb.ts'
import { createIam } from '../local/iam/iam.ts'
import { createSecrets } from '../local/secrets/secrets.ts'
import { createCredentials } from '../local/sts/credentials.ts'
import type { AwsRequest, AwsService, Deployment, Resource } from '../local/types.ts'
import { type Endpoint, methodOf, pathOf } from '../shared/endpoint.ts'
import type { DomainEvent } from '../shared/event.ts'
import { putCard } from '../shared/identity/membership-store.ts'
import { begin as beginSession } from '../shared/identity/session.ts'
import { sessions } from '../shared/identity/session-store.ts'
import { newId } from '../shared/ids.ts'
import { openKeyring } from '../shared/keyring.ts'
import type { LambdaHandler } from '../shared/serve/serve.ts'
import type { Change } from '../shared/store/entity.ts'
import { INDEXES, loginKey, membershipKey, nameOfIndex, personKey } from '../shared/store/keys.ts'
import { meter } from '../shared/store/meter.ts'
import { openTenant, type Tenant } from '../shared/store/tenant.ts'
import { putNew, save, type Write } from '../shared/store/writes.ts'
import { mailHash } from '../shared/tokens.ts'

/** For tests of one endpoint or reaction in this process, on real parts: DynamoDB Local, the Cognito emulator, the AWS front door. */

const POOL = 'eu-central-1_Bench0001'
const CLIENT = 'bench-client'
const HOSTED_CLIENT = 'bench-hosted-client'
const ENROLMENT_CLIENT = 'bench-enrolment-client'
const ACCOUNT = '000000000000'
const REGION = 'eu-central-1'
const KEYRING = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:bench-keyring-a1b2c3`

const resource = (type: string, ref: string, properties: Record<string, unknown>): Resource => ({
  ...{ logicalId: ref, stack: 'bench', type, ref, properties, metadata: {} },
})

const keys = (prefix: string) => [
  { AttributeName: `${prefix}pk`, KeyType: 'HASH' },
  { AttributeName: `${prefix}sk`, KeyType: 'RANGE' },
]

const userPoolClient = (id: string, properties: Record<string, unknown>) =>
  resource('AWS::Cognito::UserPoolClient', id, {
    UserPoolId: POOL,
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    ...{ AccessTokenValidity: 60, IdTokenValidity: 60, RefreshTokenValidity: 7, PreventUserExistenceErrors: 'ENABLED' },
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
    ...properties,
  })

function deployment(): Deployment {
  const resources = [
    resource('AWS::DynamoDB::Table', 'bench', {
      TableName: 'bench',
      KeySchema: keys(''),
      AttributeDefinitions: ['', ...INDEXES]
        .flatMap((prefix) => [`${prefix}pk`, `${prefix}sk`])
        .map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: INDEXES.map((index) => ({
        IndexName: nameOfIndex(index),
        KeySchema: keys(index),
        Projection: { ProjectionType: 'ALL' },
      })),
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    }),
    resource('AWS::Cognito::UserPool', POOL, {
      MfaConfiguration: 'OPTIONAL',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      UsernameConfiguration: { CaseSensitive: false },
      AliasAttributes: ['email'],
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true } },
    }),
    userPoolClient(CLIENT, { ClientName: 'api', ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'] }),
    userPoolClient(HOSTED_CLIENT, { ClientName: 'hosted', AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: ['code'] }),
    userPoolClient(ENROLMENT_CLIENT, { ClientName: 'enrolment', ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'] }),
    resource('AWS::SecretsManager::Secret', KEYRING, { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } }),
  ]
  return {
    region: REGION,
    account: ACCOUNT,
    resources,
    ofType: (type) => resources.filter((each) => each.type === type),
    attribute: (each, name) =>
      name === 'Arn' && each.type.includes('DynamoDB')
        ? `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${each.ref}`
        : `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${each.ref}`,
  }
}

/** A service that remembers what it was asked and answers what it is told. */
const sink = (name: string, seen: AwsRequest[], reply: (request: AwsRequest) => unknown): AwsService => ({
  name,
  needs: () => [],
  async handle(request) {
    seen.push(request)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(reply(request)) }
  },
})

/** Somebody signed in. */
export interface Person {
  userId: string
  organizationId: string
  sessionId: string
  email: string
}

export interface RequestOptions {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  headers?: Record<string, string>
  as?: Person
  /** Further claims of the token: `scope`, `auth_time`. */
  claims?: Record<string, string>
  ip?: string
  userAgent?: string
}

export interface Reply {
  status: number
  headers: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape the endpoint answers.
  body: any
  cost: { waves: number; sts: number; rru: number; wru: number }
}

export interface Bench {
  request(handler: LambdaHandler, contract: Endpoint, options?: RequestOptions): Promise<Reply>
  /** An organization with its verified administrator, signed in; straight into the store, without Cognito. */
  founder(options?: { roleIds?: string[]; type?: 'customer' | 'mss_provider'; email?: string; isSignedIn?: boolean }): Promise<Person>
  /** One more active, verified, signed-in user of the founder's organization. */
  member(of: Person, options?: { roleIds?: string[]; email?: string }): Promise<Person>
  tenant(organizationId: string): Tenant
  /** Hands an event to a reaction as SQS does; gives the ids of the messages it failed. */
  react(handler: (event: never) => Promise<unknown>, ...events: DomainEvent[]): Promise<string[]>
  /** What was given to SES and to EventBridge. */
  mails: AwsRequest[]
  published: AwsRequest[]
  pool: { id: string; client: string; hostedClient: string; enrolmentClient: string; issuer: string }
  close(): Promise<void>
}

const settings = {
  ...{ TESSERA_STAGE: 'test', TESSERA_TABLE: 'bench', TESSERA_DATA_ROLE: `arn:aws:iam::${ACCOUNT}:role/bench`, TESSERA_USER_POOL: POOL },
  ...{ TESSERA_USER_POOL_CLIENT: CLIENT, TESSERA_HOSTED_CLIENT: HOSTED_CLIENT, TESSERA_ENROLMENT_CLIENT: ENROLMENT_CLIENT },
  ...{ TESSERA_KEYRING: KEYRING, TESSERA_EVENT_BUS: 'bench', TESSERA_MAIL_FROM: 'Tessera <no-reply@tessera.local>' },
  ...{
    TESSERA_APP_URL: 'http://localhost:3000',
    TESSERA_LOGIN_URL: 'https://login.test',
    TESSERA_STRICT: 'true',
    TESSERA_TENANT_CREDENTIALS: 'false',
    TESSERA_IP_LIMIT: '100000',
  },
  AWS_REGION: REGION,
}

const quiet = () => undefined

/** The claims the gateway would have put into the event. */
const claimsOf = (person: Person) => ({
  ...{ token_use: 'access', username: person.userId, origin_jti: person.sessionId, org: person.organizationId },
  auth_time: String(Math.floor(Date.now() / 1000)),
})

function gatewayEvent(contract: Endpoint, options: RequestOptions) {
  const path = pathOf(contract).replace(/\{(\w+)\+?\}/g, (_, name: string) => options.params?.[name] ?? '')
  return {
    ...{ version: '2.0', routeKey: contract.route, rawPath: path, rawQueryString: new URLSearchParams(options.query).toString() },
    headers: { 'content-type': 'application/json', ...options.headers },
    ...(options.query ? { queryStringParameters: options.query } : {}),
    ...(options.params ? { pathParameters: options.params } : {}),
    ...(options.body === undefined ? {} : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
    isBase64Encoded: false,
    requestContext: {
      http: {
        method: methodOf(contract),
        path,
        protocol: 'HTTP/1.1',
        sourceIp: options.ip ?? '192.0.2.1',
        userAgent: options.userAgent ?? 'jest',
      },
      ...(options.as ? { authorizer: { jwt: { claims: { ...claimsOf(options.as), ...options.claims }, scopes: [] } } } : {}),
    },
  }
}

const costOf = (header = '') =>
  Object.fromEntries(
    header
      .split('; ')
      .map((part) => part.split('='))
      .map(([name, n]) => [name, Number(n)]),
  )

async function request(handler: LambdaHandler, contract: Endpoint, options: RequestOptions = {}): Promise<Reply> {
  const result = await handler(gatewayEvent(contract, options), { functionName: 'bench', getRemainingTimeInMillis: () => 30_000 })
  const headers = (result.headers ?? {}) as Record<string, string>
  const body = result.body && headers['content-type']?.includes('json') ? JSON.parse(result.body) : result.body
  return { status: result.statusCode ?? 200, headers, body, cost: costOf(headers['x-cost']) as Reply['cost'] }
}

const tenant = (id: string) =>
  openTenant({
    ...{ id, meter: meter(), now: new Date().toISOString(), cursor: { key: 'bench', list: 'bench' } },
    metadata: { actorId: 'system', actorKind: 'system', correlationId: 'bench', requestId: 'bench', source: 'bench' },
  })

/** A user as registration leaves it once the mail is verified. */
function verified(user: NewUser): Change<User> {
  const change = register(user)
  return { ...change, after: { ...change.after, emailVerified: true } }
}

function session(user: User, at: string) {
  const expiresAt = new Date(Date.parse(at) + 7 * 86_400_000).toISOString()
  return beginSession({
    ...{
      id: randomUUID(),
      organizationId: user.organizationId,
      personId: user.id,
      device: 'jest',
      ipAddress: '192.0.2.1',
      userAgent: 'jest',
    },
    ...{ mfa: false, method: 'password', at, expiresAt, epoch: 1, generation: 1 },
  })
}

interface Settling {
  type: string
  more?: Write[]
  /** Without one, nobody has signed in yet. */
  isSignedIn?: boolean
}

async function settle(user: Change<User>, { type, more = [], isSignedIn = true }: Settling): Promise<Person> {
  const { id, organizationId, email, createdAt } = user.after
  const begun = session(user.after, createdAt)
  const person = { id, homeOrganizationId: organizationId, defaultOrganizationId: organizationId, email, elsewhere: 0, epoch: 1 }
  const membership = { organizationId, name: 'Bench', type, status: 'trial', role: 'admin', userStatus: 'active' }
  await tenant(organizationId).commit([
    ...more,
    save(users, user),
    ...(isSignedIn ? [save(sessions, begun)] : []),
    putNew(loginKey(mailHash(email)), { personId: id, organizationId, epoch: 1 }, 'EMAIL_TAKEN'),
    putNew(personKey(id), person, 'CONFLICT'),
    putNew(membershipKey(id, organizationId), membership, 'CONFLICT'),
  ])
  return { userId: id, organizationId, sessionId: begun.after.id, email }
}

const newUser = (organizationId: string, roleIds: string[], email?: string): NewUser => {
  const id = newId('usr')
  const at = new Date().toISOString()
  const names = { firstName: 'Ada', lastName: 'Lovelace' }
  return {
    id,
    organizationId,
    ...names,
    email: email ?? `${id.toLowerCase()}@example.com`,
    roleIds,
    by: id,
    at,
  }
}

async function founder({ roleIds = ['rol_admin'], type = 'customer', email, isSignedIn = true }: Parameters<Bench['founder']>[0] = {}) {
  const organizationId = newId('org')
  const user = newUser(organizationId, roleIds, email)
  const slug = organizationId.toLowerCase().replace('_', '-')
  const founding = { id: organizationId, name: 'Bench', slug, type, foundedBy: user.id, cursorKey: randomUUID(), at: user.at }
  const organization = found(founding)
  return settle(verified(user), { type, more: [save(organizations, organization), putCard(organization.after)], isSignedIn })
}

const member: Bench['member'] = (of, { roleIds = ['rol_basic_user'], email } = {}) =>
  settle(verified(newUser(of.organizationId, roleIds, email)), { type: 'customer' })

async function react(handler: (event: never) => Promise<unknown>, ...events: DomainEvent[]) {
  const Records = events.map((detail, n) => ({
    messageId: `message-${n}`,
    body: JSON.stringify({ id: detail.id, 'detail-type': detail.type, detail }),
  }))
  const reply = (await handler({ Records } as never)) as { batchItemFailures?: { itemIdentifier: string }[] } | undefined
  return (reply?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier)
}

/** Starts the parts and puts their addresses into the environment; call it in `beforeAll`, with time for Java to start. */
export async function openWorkbench(): Promise<Bench> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
  const iam = createIam(deployment())
  const credentials = createCredentials({ account: ACCOUNT, iam })
  const mails: AwsRequest[] = []
  const published: AwsRequest[] = []
  const dynamodb = await startDynamoDb({ deployment: deployment(), port: 0, log: quiet })
  const cognito = await startCognito({
    ...{ deployment: deployment(), dataDir, loginPort: 0, apiOrigin: 'http://localhost:3000', log: quiet },
    invoke: async (_name, event) => event,
  })
  const bus = sink('events', published, (asked) => {
    if (asked.operation === 'DescribeEventBus') return { Name: 'bench' }
    const entries = asked.input.Entries as unknown[]
    return { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: randomUUID() })) }
  })
  const mail = sink('ses', mails, () => ({ MessageId: randomUUID() }))
  const secrets = createSecrets({ deployment: deployment(), dataDir: join(dataDir, 'secrets') })
  const services = [dynamodb.service, cognito.service, secrets, bus, mail]
  const front = await startFront({ port: 0, services, credentials, iam, log: quiet })
  const root = credentials.root()
  Object.assign(process.env, settings, {
    TESSERA_ISSUER: cognito.issuer(POOL),
    AWS_ENDPOINT_URL: front.url,
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
    AWS_SESSION_TOKEN: root.sessionToken,
  })
  await openKeyring()
  return {
    ...{ request, founder, member, tenant, react, mails, published },
    pool: { id: POOL, client: CLIENT, hostedClient: HOSTED_CLIENT, enrolmentClient: ENROLMENT_CLIENT, issuer: cognito.issuer(POOL) },
    async close() {
      await front.close()
      await cognito.close()
      await dynamodb.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
