import { mkdtempSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  AssociateSoftwareTokenCommand,
  CognitoIdentityProviderClient,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import type { AwsService, Caller, Deployment, Invoke, Log, Resource } from '../types.ts'
import { AwsError } from '../types.ts'
import { type Cognito, startCognito } from './cognito.ts'
import { totpCode } from './totp.ts'

/** For tests: a deployment written by hand, and the SDK's own client before the emulator. */

export const POOL = 'eu-central-1_Tessera01'
export const OTHER_POOL = 'eu-central-1_Other0001'
export const CALLBACK = 'http://localhost:3000/docs/signed-in'
export const PASSWORD = 'correct horse Battery 9'
export const CALLER: Caller = { roleArn: 'arn:aws:iam::000000000000:root', tags: {}, accessKeyId: 'local' }

const POOL_PROPERTIES = {
  MfaConfiguration: 'OPTIONAL',
  EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
  UsernameConfiguration: { CaseSensitive: false },
  AliasAttributes: ['email'],
  Schema: [{ Name: 'home', AttributeDataType: 'String' }],
  Policies: {
    PasswordPolicy: {
      MinimumLength: 10,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 3,
    },
  },
}

const API_FLOWS = ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_PASSWORD_AUTH']
const ROTATING = { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 30 } }
const OAUTH = {
  CallbackURLs: [CALLBACK],
  LogoutURLs: ['http://localhost:3000/docs'],
  AllowedOAuthScopes: ['openid', 'email'],
  AllowedOAuthFlows: ['code'],
  AllowedOAuthFlowsUserPoolClient: true,
}
const VALIDITY = {
  AccessTokenValidity: 60,
  RefreshTokenValidity: 7,
  TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'days' },
  PreventUserExistenceErrors: 'ENABLED',
}

const client = (ref: string, properties: Record<string, unknown>, poolId = POOL) =>
  resource('AWS::Cognito::UserPoolClient', ref, { UserPoolId: poolId, ...VALIDITY, ...properties })

/** Every kind of client the tests need; the first is like the product's own. */
const CLIENTS = [
  client('api', { ExplicitAuthFlows: API_FLOWS, ...ROTATING }),
  client('plain', {
    WriteAttributes: ['locale'],
    ExplicitAuthFlows: [...API_FLOWS, 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'LEGACY',
  }),
  client('confidential', { ExplicitAuthFlows: API_FLOWS, GenerateSecret: 'true', ...OAUTH }),
  client('hosted', { ...OAUTH, ...ROTATING }),
  client('irrevocable', {
    ClientName: 'Not to be revoked',
    ExplicitAuthFlows: [...API_FLOWS, 'ALLOW_REFRESH_TOKEN_AUTH'],
    EnableTokenRevocation: false,
  }),
  client('other', { ExplicitAuthFlows: API_FLOWS, ...OAUTH }, OTHER_POOL),
]

function resource(type: string, ref: string, properties: Record<string, unknown>): Resource {
  return { logicalId: ref, stack: 'identity', type, ref, properties, metadata: {} }
}

export function deploymentOf(pool: Record<string, unknown> = {}, domains = [POOL]): Deployment {
  const resources = [
    resource('AWS::Cognito::UserPool', POOL, { ...POOL_PROPERTIES, ...pool }),
    resource('AWS::Cognito::UserPool', OTHER_POOL, {
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      UsernameAttributes: ['email'],
    }),
    ...domains.map((UserPoolId, n) => resource('AWS::Cognito::UserPoolDomain', `tessera-${n}`, { Domain: `tessera-${n}`, UserPoolId })),
    ...CLIENTS,
  ]
  return {
    region: 'eu-central-1',
    account: '000000000000',
    resources,
    ofType: (type) => resources.filter((held) => held.type === type),
    attribute: (held, name) => (name === 'Arn' ? `arn:aws:cognito-idp:eu-central-1:000000000000:userpool/${held.ref}` : ''),
  }
}

export interface TestPools {
  cognito: Cognito
  sdk: CognitoIdentityProviderClient
  origin: string
  dataDir: string
  /** What was sent by mail, oldest first. */
  mails: { username: string; code: string; purpose: string }[]
  pass(milliseconds: number): void
  now(): number
  close(): Promise<void>
}

export interface TestOptions {
  pool?: Record<string, unknown>
  /** The pools with a hosted login. */
  domains?: string[]
  invoke?: Invoke
  log?: Log
  dataDir?: string
  forwardAws?: (request: IncomingMessage, response: ServerResponse) => void
}

/** Starts the emulator on free ports with a clock that only tests move. */
export async function startTestPools(options: TestOptions = {}): Promise<TestPools> {
  let time = Date.UTC(2026, 2, 1, 12)
  const mails: TestPools['mails'] = []
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'tessera-cognito-'))
  const cognito = await startCognito({
    deployment: deploymentOf(options.pool, options.domains),
    dataDir,
    loginPort: 0,
    apiOrigin: 'http://localhost:3000',
    invoke: options.invoke ?? (async (_name, event) => event),
    log: options.log ?? (() => undefined),
    now: () => time,
    sendCode: (user, code, purpose) => mails.push({ username: user.username, code, purpose }),
    ...(options.forwardAws ? { forwardAws: options.forwardAws } : {}),
  })
  const front = await openFront(cognito.service)
  const sdk = new CognitoIdentityProviderClient({
    endpoint: front.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  const close = async () => {
    sdk.destroy()
    await front.close()
    await cognito.close()
  }
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return { cognito, sdk, origin: `http://localhost:${cognito.port}`, dataDir, mails, pass, now: () => time, close }
}

/** Stands in for the front door: turns HTTP into an `AwsRequest` and back, and asks nobody for permission. */
async function openFront(service: AwsService): Promise<{ endpoint: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const input = JSON.parse(body.toString())
    try {
      const reply = await service.handle({
        service: service.name,
        operation,
        input,
        method: 'POST',
        path: '/',
        headers: {},
        body,
        caller: CALLER,
      })
      response.writeHead(reply.status, reply.headers).end(reply.body)
    } catch (error) {
      const known = error instanceof AwsError ? error : new AwsError('InternalErrorException', String(error), 500)
      response.writeHead(known.status, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify({ __type: known.code, message: known.message }))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

/** A confirmed user with a verified mail address. */
export async function addUser({ sdk }: TestPools, username: string, password = PASSWORD): Promise<void> {
  const UserAttributes = [
    { Name: 'email', Value: `${username}@example.com` },
    { Name: 'email_verified', Value: 'true' },
  ]
  await sdk.send(new AdminCreateUserCommand({ UserPoolId: POOL, Username: username, MessageAction: 'SUPPRESS', UserAttributes }))
  await sdk.send(new AdminSetUserPasswordCommand({ UserPoolId: POOL, Username: username, Password: password, Permanent: true }))
}

export const signInAs = ({ sdk }: TestPools, username: string, password = PASSWORD, ClientId = 'api') =>
  sdk.send(
    new AdminInitiateAuthCommand({
      UserPoolId: POOL,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  )

/** The tokens of a user without a second factor. */
export async function tokensOf(pools: TestPools, username: string, clientId = 'api') {
  const { AuthenticationResult } = await signInAs(pools, username, PASSWORD, clientId)
  const { AccessToken = '', IdToken = '', RefreshToken = '' } = AuthenticationResult ?? {}
  return { AccessToken, IdToken, RefreshToken }
}

/** Gives a user an authenticator and returns its secret; the clock then stands in the next step. */
export async function addAuthenticator(pools: TestPools, username: string): Promise<string> {
  const { AccessToken } = await tokensOf(pools, username)
  const { SecretCode = '' } = await pools.sdk.send(new AssociateSoftwareTokenCommand({ AccessToken }))
  await pools.sdk.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: totpCode(SecretCode, pools.now()) }))
  await pools.sdk.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } }))
  pools.pass(30_000)
  return SecretCode
}

/** The name and message of the error that a promise ends with. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no refusal',
    (error: Error) => `${error.name}: ${error.message}`,
  )
}
