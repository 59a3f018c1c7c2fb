import {
  CognitoIdentityProviderClient,
  GetUserCommand,
  InitiateAuthCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createIam } from '../iam/iam.ts'
import { createCredentials, type Session } from '../sts/credentials.ts'
import { createSts } from '../sts/sts.ts'
import { AwsError, type AwsService, type IamRequest } from '../types.ts'
import { type Front, startFront } from './front.ts'
import { account, dataRoleArn, deploymentOf, functionRoleArn, lambdaTrust, policy, region, resource } from './test-deployment.ts'

/** Answers with what it was asked; needs whatever the test says. */
const echo = (name: string, needs: (operation: string) => IamRequest[]): AwsService => ({
  name,
  needs: ({ operation }) => needs(operation),
  async handle({ operation, input }) {
    if (operation === 'GetUser') throw new AwsError('NotAuthorizedException', 'Access Token has been revoked')
    if (operation === 'SendMessage') throw new Error('the disk is full')
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ operation, input, MessageId: 'm-1', AuthenticationResult: {} }),
    }
  },
})
const mailArn = `arn:aws:ses:${region}:${account}:identity/example.org`
const role = resource('AWS::IAM::Role', 'create-user', {
  Path: '/tessera/',
  AssumeRolePolicyDocument: lambdaTrust,
  Policies: [
    {
      PolicyName: 'mail',
      PolicyDocument: policy({
        Effect: 'Allow',
        Action: 'ses:SendEmail',
        Resource: mailArn,
        Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
      }),
    },
  ],
})
let now = Date.now()
const iam = createIam(deploymentOf([role]))
const credentials = createCredentials({ account, iam, clock: () => now })
const lines: string[] = []
let front: Front
let mine: Session
const open: Array<{ destroy(): void }> = []

const needs = (service: string) => (operation: string) =>
  ['InitiateAuth', 'GetUser'].includes(operation)
    ? []
    : [{ action: `${service}:${operation}`, resource: service === 'ses' ? mailArn : '*', context: {} }]

beforeAll(async () => {
  const services = ['cognito-idp', 'ses', 'sqs', 'dynamodb'].map((name) => echo(name, name === 'sqs' ? () => [] : needs(name)))
  front = await startFront({
    port: 0,
    services: [...services, createSts({ iam, credentials })],
    credentials,
    iam,
    log: (part, line) => void lines.push(`${part}: ${line}`),
  })
  mine = credentials.forRole(functionRoleArn, 'create-user')
})
afterAll(async () => {
  for (const client of open) client.destroy()
  await front.close()
})

function settings(session: Partial<Session> = {}) {
  return { endpoint: front.url, region, maxAttempts: 1, credentials: { ...mine, ...session } }
}
function opened<T extends { destroy(): void }>(client: T): T {
  open.push(client)
  return client
}
const ses = (session?: Partial<Session>) => opened(new SESv2Client(settings(session)))
const sts = (session?: Partial<Session>) => opened(new STSClient(settings(session)))
const dynamodb = (session?: Partial<Session>) => opened(new DynamoDBClient(settings(session)))
const cognito = () => opened(new CognitoIdentityProviderClient(settings()))
const mail = new SendEmailCommand({ Content: {} })
const read = new GetItemCommand({ TableName: 't', Key: { PK: { S: 'ä' } } })

describe('who calls', () => {
  test('a caller with the right signature and permission is served', async () => {
    const reply = await ses().send(mail)
    expect(reply.MessageId).toBe('m-1')
    expect(reply.$metadata.requestId).toMatch(/^[\da-f-]{36}$/)
  })

  test('another secret, another session token and an unknown key are refused', async () => {
    await expect(dynamodb({ secretAccessKey: 'other' }).send(read)).rejects.toMatchObject({ name: 'InvalidSignatureException' })
    await expect(dynamodb({ sessionToken: 'other' }).send(read)).rejects.toMatchObject({ name: 'UnrecognizedClientException' })
    await expect(dynamodb({ accessKeyId: 'ASIAUNKNOWN' }).send(read)).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    })
  })

  test('the refusals have the names and shapes of the query protocol', async () => {
    await expect(sts({ secretAccessKey: 'other' }).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    })
    await expect(sts({ accessKeyId: 'ASIAUNKNOWN' }).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    })
  })

  test('an expired session is refused by that name', async () => {
    const session = credentials.issue({ roleArn: functionRoleArn, sessionName: 'short', expiresAt: now + 900_000 })
    await expect(ses(session).send(mail)).resolves.toMatchObject({ MessageId: 'm-1' })
    now += 900_000
    await expect(ses(session).send(mail)).rejects.toMatchObject({ name: 'ExpiredTokenException' })
    await expect(sts(session).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' })
  })

  test('a request signed ten minutes ago is refused', async () => {
    const late = opened(new SESv2Client({ ...settings(), systemClockOffset: -600_000 }))
    await expect(late.send(mail)).rejects.toMatchObject({ name: 'InvalidSignatureException', message: expect.stringMatching(/expired/) })
  })

  test('a request changed after it was signed is refused', async () => {
    const changes: Array<(request: { body: Uint8Array; headers: Record<string, string>; method: string; path: string }) => void> = [
      (request) => {
        request.body = Buffer.from(String.fromCharCode(...request.body).replace('"t"', '"u"'), 'latin1')
      },
      (request) => {
        request.headers['x-amz-target'] = 'DynamoDB_20120810.DeleteItem'
      },
      (request) => {
        request.headers['x-amz-extra'] = 'unsigned'
      },
    ]
    for (const change of changes) {
      const client = dynamodb()
      client.middlewareStack.add(
        (next) => (args) => {
          change(args.request as Parameters<typeof change>[0])
          return next(args)
        },
        { step: 'finalizeRequest', priority: 'low', name: 'tamper' },
      )
      await expect(client.send(read)).rejects.toMatchObject({ name: 'InvalidSignatureException' })
    }
  })

  test('a signature for another service is refused', async () => {
    const client = opened(new DynamoDBClient(settings()))
    client.middlewareStack.add(
      (next) => (args) => {
        ;(args.request as { headers: Record<string, string> }).headers['x-amz-target'] = 'AWSEvents.PutEvents'
        return next(args)
      },
      { step: 'build', priority: 'low', name: 'retarget' },
    )
    await expect(client.send(read)).rejects.toMatchObject({ message: "Credential should be scoped to correct service: 'events'." })
  })

  test('unsigned calls reach only what AWS leaves open', async () => {
    await expect(cognito().send(new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId: 'c' }))).resolves.toMatchObject({
      AuthenticationResult: {},
    })
    const plain = (headers: Record<string, string>, body = '{}') => fetch(front.url, { method: 'POST', headers, body })
    const admin = await plain({ 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUsers' })
    expect(await admin.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' })
    const identity = await plain({ 'content-type': 'application/x-www-form-urlencoded' }, 'Action=GetCallerIdentity')
    expect([identity.status, await identity.text()]).toEqual([403, expect.stringContaining('<Code>MissingAuthenticationToken</Code>')])
    const odd = await plain({ 'x-amz-target': 'DynamoDB_20120810.GetItem', authorization: 'Basic x' })
    expect(await odd.json()).toMatchObject({ __type: 'IncompleteSignatureException' })
  })
})

describe('what is allowed', () => {
  test('a denial reads as AWS words it, and is logged in one line', async () => {
    const session = credentials.issue({ roleArn: functionRoleArn, sessionName: 'here', tags: { tenant: 'org1' } })
    await expect(dynamodb(session).send(read)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/create-user/here is not authorized to perform: dynamodb:GetItem on resource: * because no identity-based policy allows the dynamodb:GetItem action',
    })
    expect(lines.at(-1)).toBe(
      'iam: denied: create-user tenant=org1 dynamodb:GetItem on * because no identity-based policy allows the dynamodb:GetItem action',
    )
    await expect(cognito().send(new ListUsersCommand({ UserPoolId: 'pool_a' }))).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('a role that is not in the deployment may not send mail', async () => {
    const session = credentials.issue({ roleArn: dataRoleArn, sessionName: 'here' })
    await expect(ses(session).send(mail)).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } })
  })
})

describe('what goes wrong', () => {
  test("a service's error arrives under its name", async () => {
    await expect(cognito().send(new GetUserCommand({ AccessToken: 'x' }))).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Access Token has been revoked',
    })
  })

  test('a failure inside a service is told in the log, and to the caller only as one', async () => {
    const sqs = opened(new SQSClient(settings()))
    const failure = await sqs
      .send(new SendMessageCommand({ QueueUrl: 'http://127.0.0.1/q', MessageBody: 'm' }))
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'InternalServerError', $metadata: { httpStatusCode: 500 } })
    expect(lines.at(-1)).toContain('the disk is full')
  })

  test.each([
    ['an unknown target', { 'x-amz-target': 'Nobody.Do' }, '{}', 'UnknownOperationException'],
    ['an unknown path', {}, '{}', 'UnknownOperationException'],
    ['a body that is no JSON', { 'x-amz-target': 'AWSEvents.PutEvents' }, '{', 'SerializationException'],
    ['a body that is no object', { 'x-amz-target': 'AWSEvents.PutEvents' }, '[]', 'SerializationException'],
    ['a body over 20 MB', { 'x-amz-target': 'AWSEvents.PutEvents' }, 'x'.repeat(21 * 1024 * 1024), 'RequestEntityTooLargeException'],
    ['a form that contradicts itself', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=1&a.b=2', 'MalformedQueryString'],
  ])('%s is refused', async (_what, headers, body, code) => {
    const reply = await fetch(`${front.url}/x`, { method: 'POST', headers: headers as Record<string, string>, body })
    expect(await reply.text()).toContain(code)
  })

  test('a service that the stack does not run is named', async () => {
    const bus = opened(new EventBridgeClient(settings()))
    await expect(bus.send(new PutEventsCommand({ Entries: [{ Detail: '{}' }] }))).rejects.toThrow('the local stack runs no events')
  })
})
