import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AdminCreateUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, expect, test } from '@jest/globals'
import { buildSync } from 'esbuild'
import { readDescription } from './data-folder.ts'
import { freePorts } from './ports.ts'
import { type Stack, type StackOptions, startStack } from './stack.ts'
import { writeAssembly } from './template/test-assembly.ts'

// Bundles resolve the AWS SDK from above them, so the assembly lies within the project.
const folder = resolve(import.meta.dirname, '../cdk.out')
mkdirSync(folder, { recursive: true })
const assemblyDir = mkdtempSync(join(folder, 'test-'))
const dataDir = mkdtempSync(join(tmpdir(), 'stack-'))
let running: Stack | undefined
afterAll(async () => {
  await running?.close()
  rmSync(assemblyDir, { recursive: true, force: true })
  rmSync(dataDir, { recursive: true, force: true })
})

const code = {
  // Writes an item and reads it back; `/ready` asks for nothing.
  'api.zip': `
const { DynamoDBClient, PutItemCommand, ScanCommand } = require('@aws-sdk/client-dynamodb')
const client = new DynamoDBClient()
exports.handler = async (event) => {
  if (event.routeKey === 'GET /ready') return { ok: true }
  if (event.routeKey === 'POST /notes') {
    await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { pk: { S: event.body } } }))
    return { statusCode: 201 }
  }
  const { Items } = await client.send(new ScanCommand({ TableName: process.env.TABLE }))
  return Items.map((item) => item.pk.S)
}`,
  'relay.zip': `
const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge')
const client = new EventBridgeClient()
exports.handler = async ({ Records }) => {
  const Entries = Records.map((record) => ({ Source: 'notes', DetailType: 'note.written', EventBusName: process.env.BUS, Detail: JSON.stringify(record.dynamodb.Keys) }))
  await client.send(new PutEventsCommand({ Entries }))
}`,
  'mail.zip': `
const { SESv2Client, SendEmailCommand } = require('@aws-sdk/client-sesv2')
const client = new SESv2Client()
exports.handler = async ({ Records }) => {
  for (const record of Records) {
    const text = JSON.parse(record.body).detail.pk.S
    const Simple = { Subject: { Data: 'A note' }, Body: { Text: { Data: text } } }
    await client.send(new SendEmailCommand({ FromEmailAddress: 'notes@example.com', Destination: { ToAddresses: ['ada@example.com'] }, Content: { Simple } }))
  }
}`,
}

/** Makes forms and links with the product's own kernel, on its own credentials. */
const filesCode = buildSync({
  stdin: {
    resolveDir: resolve(import.meta.dirname, '..'),
    loader: 'ts',
    contents: `
import { filesOf } from './shared/files/files.ts'
import { meter } from './shared/store/meter.ts'
export async function handler({ routeKey, queryStringParameters: { key, now = new Date().toISOString() } = {} }) {
  const files = filesOf({ files: { reads: ['exports'], writes: ['exports'] } }, { tenant: { id: 'org_1' }, meter: meter(), now })
  if (routeKey === 'POST /files') return files.uploadForm('exports', { name: 'a.csv', type: 'text/csv', maxBytes: 10 })
  return files.downloadUrl('exports', key, { fileName: 'a.csv' })
}`,
  },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  mainFields: ['module', 'main'],
  write: false,
  external: ['@aws-sdk/*', '@smithy/*'],
}).outputFiles[0]?.text

const ref = (name: string) => ({ Ref: name })
const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] })
const resource = (Type: string, Properties: object) => ({ Type, Properties })
const allow = (Action: string[]) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
}

/** A function with its role and what it may do. */
function functionOf(name: string, actions: string[], variables: object) {
  return {
    [`${name}Role`]: resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: trust,
      Policies: [{ PolicyName: 'own', PolicyDocument: allow(actions) }],
    }),
    [name]: resource('AWS::Lambda::Function', {
      Code: { S3Key: `${name}.zip` },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Timeout: 20,
      MemorySize: 256,
      Role: arn(`${name}Role`),
      Environment: { Variables: variables },
    }),
  }
}

const route = (RouteKey: string, more: object = {}) =>
  resource('AWS::ApiGatewayV2::Route', {
    ApiId: ref('Api'),
    RouteKey,
    Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] },
    ...more,
  })

const Resources = {
  Table: resource('AWS::DynamoDB::Table', {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  }),
  Bus: resource('AWS::Events::EventBus', { Name: 'notes' }),
  Queue: resource('AWS::SQS::Queue', { VisibilityTimeout: 60 }),
  QueuePolicy: resource('AWS::SQS::QueuePolicy', {
    Queues: [ref('Queue')],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('Queue'), Principal: { Service: 'events.amazonaws.com' } }],
    },
  }),
  Rule: resource('AWS::Events::Rule', {
    EventBusName: ref('Bus'),
    EventPattern: { source: ['notes'] },
    State: 'ENABLED',
    Targets: [{ Id: 'queue', Arn: arn('Queue') }],
  }),
  Identity: resource('AWS::SES::EmailIdentity', { EmailIdentity: 'example.com' }),
  ...functionOf('api', ['dynamodb:PutItem', 'dynamodb:Scan'], { TABLE: ref('Table') }),
  ...functionOf('relay', ['dynamodb:*', 'events:PutEvents'], { BUS: ref('Bus') }),
  ...functionOf('mail', ['sqs:*', 'ses:SendEmail'], {}),
  Bucket: resource('AWS::S3::Bucket', {}),
  ...functionOf('files', ['s3:PutObject', 's3:GetObject'], { TESSERA_BUCKET: ref('Bucket'), TESSERA_TENANT_CREDENTIALS: 'false' }),
  FilesIntegration: resource('AWS::ApiGatewayV2::Integration', {
    IntegrationType: 'AWS_PROXY',
    PayloadFormatVersion: '2.0',
    IntegrationUri: arn('files'),
  }),
  MayCallFiles: resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: ref('files'),
    Principal: 'apigateway.amazonaws.com',
  }),
  Upload: route('POST /files', { Target: { 'Fn::Join': ['/', ['integrations', ref('FilesIntegration')]] } }),
  Download: route('GET /files', { Target: { 'Fn::Join': ['/', ['integrations', ref('FilesIntegration')]] } }),
  FromTable: resource('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
    FunctionName: ref('relay'),
    StartingPosition: 'TRIM_HORIZON',
  }),
  FromQueue: resource('AWS::Lambda::EventSourceMapping', { EventSourceArn: arn('Queue'), FunctionName: ref('mail') }),
  Pool: resource('AWS::Cognito::UserPool', {}),
  Client: resource('AWS::Cognito::UserPoolClient', { UserPoolId: ref('Pool') }),
  Api: resource('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' }),
  Stage: resource('AWS::ApiGatewayV2::Stage', { ApiId: ref('Api'), StageName: '$default' }),
  Integration: resource('AWS::ApiGatewayV2::Integration', {
    IntegrationType: 'AWS_PROXY',
    PayloadFormatVersion: '2.0',
    IntegrationUri: arn('api'),
  }),
  MayCall: resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: ref('api'),
    Principal: 'apigateway.amazonaws.com',
  }),
  Authorizer: resource('AWS::ApiGatewayV2::Authorizer', {
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: { 'Fn::GetAtt': ['Pool', 'ProviderURL'] }, Audience: [ref('Client')] },
  }),
  Ready: route('GET /ready'),
  Write: route('POST /notes'),
  List: route('GET /notes'),
  Secret: route('GET /secret', { AuthorizationType: 'JWT', AuthorizerId: ref('Authorizer') }),
}

const assets = Object.fromEntries(
  Object.entries({ ...code, 'files.zip': filesCode ?? '' }).map(([key, text]) => [key, { 'index.js': text }]),
)
writeAssembly({ notes: { assets, Resources } }, assemblyDir)

async function start(more: Partial<StackOptions> = {}): Promise<{ stack: Stack; said: string[] }> {
  const said: string[] = []
  const log = (part: string, line: string) => said.push(`${part}: ${line}`)
  running = await startStack({ ports: await freePorts(), dataDir, synthesize: async () => assemblyDir, log, ...more })
  return { stack: running, said }
}

async function mailsOf(stack: Stack, count: number): Promise<{ text: string; to: string }[]> {
  for (;;) {
    const mails = (await (await fetch(`${stack.description.urls.inbox}/messages`)).json()) as { text: string; to: string }[]
    if (mails.length >= count) return mails
    await sleep(50)
  }
}

const notes = async (stack: Stack) => (await fetch(`${stack.description.urls.api}/notes`)).json()
const write = async (stack: Stack, body: string) =>
  (await fetch(`${stack.description.urls.api}/notes`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } })).status

test('a request reaches the table, and its change the bus, the queue, a function and the inbox; all of it survives a restart', async () => {
  const { stack, said } = await start()
  expect(await write(stack, 'first')).toBe(201)
  expect(await mailsOf(stack, 1)).toMatchObject([{ to: 'ada@example.com', text: 'first' }])
  expect((await fetch(`${stack.description.urls.api}/secret`)).status).toBe(401)
  expect(stack.warm()).toBe(3)
  const { credentials, region, urls } = stack.description
  const cognito = new CognitoIdentityProviderClient({ credentials, region, endpoint: urls.login })
  await cognito.send(new AdminCreateUserCommand({ UserPoolId: stack.description.resources['notes/Pool'], Username: 'bob@example.com' }))
  cognito.destroy()
  expect(await mailsOf(stack, 2)).toMatchObject([{ to: 'bob@example.com', text: expect.stringContaining('temporary password is') }, {}])
  expect(readDescription(dataDir)).toMatchObject({ pid: process.pid, urls: stack.description.urls, resources: { 'notes/Bus': 'notes' } })
  await stack.close()
  expect(readDescription(dataDir)).toBeUndefined()

  const { stack: again } = await start()
  expect(await notes(again)).toEqual(['first'])
  expect(await mailsOf(again, 2)).toHaveLength(2)
  await again.close()

  const { stack: anew } = await start({ fresh: true })
  expect(await notes(anew)).toEqual([])
  await anew.close()
  expect(said).toEqual(['mail: ada@example.com: A note'])
})

test('a file goes up by a form within its bounds and comes down by a link, as the bucket gives it, after a restart too', async () => {
  type Form = { url: string; fields: Record<string, string>; key: string }
  const ask = async (stack: Stack, method: string, query = {}) =>
    (await fetch(`${stack.description.urls.api}/files?${new URLSearchParams(query)}`, { method })).json() as Promise<Form>
  const post = async ({ url, fields }: Form, content: string) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    body.append('file', new Blob([content]))
    return (await fetch(url, { method: 'POST', body })).status
  }
  const { stack } = await start({ fresh: true, inMemory: true })
  const form = await ask(stack, 'POST')
  expect(form.url).toBe(`${stack.description.urls.s3}/${stack.description.resources['notes/Bucket']}/`)
  expect(await post(form, 'x'.repeat(11))).toBe(400)
  expect(await post({ ...form, fields: { ...form.fields, key: 'exports/org_2/x' } }, 'content')).toBe(403)
  expect(await post(await ask(stack, 'POST', { now: '2026-01-01T00:00:00.000Z' }), 'content')).toBe(403)
  expect(await post(form, 'content')).toBe(204)
  await stack.close()

  const { stack: again } = await start({ inMemory: true })
  const { url } = await ask(again, 'GET', { key: form.key })
  const download = await fetch(url)
  expect([download.status, await download.text()]).toEqual([200, 'content'])
  expect((await fetch(url.replace('a.csv', 'b.csv'))).status).toBe(403)
  await again.close()
})

test('when a part cannot start, those before it are closed and the data folder is free again', async () => {
  const ports = await freePorts()
  await expect(
    start({ ports, inMemory: true, synthesize: () => Promise.reject(new Error('infra/app.ts: no such stage')) }),
  ).rejects.toThrow('no such stage')
  await expect(start({ ports, inMemory: true, readyPath: '/nowhere', readyWithinMs: 200 })).rejects.toThrow('keeps answering 404')
  const { stack } = await start({ ports, inMemory: true })
  expect(await write(stack, 'x')).toBe(201)
  await expect(start({ ports })).rejects.toThrow(`Port ${ports.api}, wanted for the API, is in use.`)
  await stack.close()
  expect(existsSync(join(dataDir, 'stack.json'))).toBe(false)
})
