import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Front, startFront } from '../aws/front.ts'
import {
  account,
  dataRoleArn,
  deploymentOf,
  functionRoleArn,
  lambdaTrust,
  policy,
  region,
  resource,
  sampleDeployment,
} from '../aws/test-deployment.ts'
import { createIam } from '../iam/iam.ts'
import { callerArn, createCredentials, type Session } from './credentials.ts'
import { createSts } from './sts.ts'

const now = 1_800_000_000_000
const may = (actions: string | string[], condition?: object) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: '*',
  ...(condition && { Condition: condition }),
})
const trusts = (actions: string[], condition?: object) =>
  policy({ Effect: 'Allow', Principal: { AWS: account }, Action: actions, ...(condition && { Condition: condition }) })
const both = ['sts:AssumeRole', 'sts:TagSession']
const role = (name: string, trust: object, statements: object[] = [], more: object = {}) =>
  resource('AWS::IAM::Role', name, {
    AssumeRolePolicyDocument: trust,
    Policies: [{ PolicyName: 'p', PolicyDocument: policy(...statements) }],
    ...more,
  })
const arn = (name: string) => `arn:aws:iam::${account}:role/${name}`

const deployment = deploymentOf([
  ...sampleDeployment().resources,
  role('untagging', lambdaTrust, [may('sts:AssumeRole')]),
  role('caller', lambdaTrust, [may(both)]),
  role('no-tags', trusts(['sts:AssumeRole'])),
  role('tenant-only', trusts(both, { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant'] } }), [may(both)]),
  role('external', trusts(['sts:AssumeRole'], { StringEquals: { 'sts:ExternalId': 'secret' } })),
  role('two-hours', trusts(['sts:AssumeRole']), [], { MaxSessionDuration: 7200 }),
])
const iam = createIam(deployment)
const credentials = createCredentials({ account, iam, clock: () => now })
let front: Front
const open: STSClient[] = []

beforeAll(async () => {
  front = await startFront({ port: 0, services: [createSts({ iam, credentials })], credentials, iam, log: () => {} })
})
afterAll(async () => {
  for (const client of open) client.destroy()
  await front.close()
})

function as(session: Pick<Session, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>): STSClient {
  const client = new STSClient({ endpoint: front.url, region, maxAttempts: 1, credentials: session })
  open.push(client)
  return client
}
const assume = (from: string, to: string, more: Partial<AssumeRoleCommandInput> = {}) =>
  as(credentials.forRole(from, 'worker')).send(new AssumeRoleCommand({ RoleArn: to, RoleSessionName: 'org1', ...more }))
const tenant = [{ Key: 'tenant', Value: 'org1' }]

describe('AssumeRole', () => {
  test('gives a session of the role that carries its tags', async () => {
    const reply = await assume(functionRoleArn, dataRoleArn, { Tags: tenant, DurationSeconds: 900 })
    expect(reply.Credentials?.Expiration).toEqual(new Date(now + 900_000))
    expect(reply.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/create-user-data/org1`)
    expect(credentials.find(reply.Credentials?.AccessKeyId ?? '')).toMatchObject({
      roleArn: dataRoleArn,
      tags: { tenant: 'org1' },
      expiresAt: now + 900_000,
    })
  })

  test.each([
    ['the caller may not assume', functionRoleArn, arn('two-hours'), {}, 'sts:AssumeRole', 'because no identity-based policy allows'],
    [
      'the caller may not tag',
      arn('untagging'),
      dataRoleArn,
      { Tags: tenant },
      'sts:TagSession',
      'because no identity-based policy allows',
    ],
    ['the role trusts another', arn('caller'), dataRoleArn, {}, 'sts:AssumeRole', 'because no role trust policy allows'],
    ['the role lets nobody tag', arn('caller'), arn('no-tags'), { Tags: tenant }, 'sts:TagSession', 'because no role trust policy allows'],
    [
      'the role takes no such tag',
      arn('caller'),
      arn('tenant-only'),
      { Tags: [{ Key: 'a', Value: 'b' }] },
      'sts:AssumeRole',
      'because no role trust policy allows',
    ],
    [
      'the external id is wrong',
      arn('caller'),
      arn('external'),
      { ExternalId: 'guess' },
      'sts:AssumeRole',
      'because no role trust policy allows',
    ],
    ['the role does not exist', arn('caller'), arn('nobody'), {}, 'sts:AssumeRole', 'because no role trust policy allows'],
  ])('is refused when %s', async (_why, from, to, more, action, reason) => {
    const error = await assume(from, to, more).catch((each: unknown) => each)
    expect(error).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })
    expect((error as Error).message).toContain(`is not authorized to perform: ${action} on resource: ${to} ${reason} the ${action} action`)
  })

  test('passes with what the trust policy asks for', async () => {
    await expect(assume(arn('caller'), arn('external'), { ExternalId: 'secret' })).resolves.toHaveProperty('Credentials')
    await expect(assume(arn('caller'), arn('tenant-only'), { Tags: tenant })).resolves.toHaveProperty('Credentials')
  })

  test.each<[string, string, Partial<AssumeRoleCommandInput>, string]>([
    ['a session shorter than 15 minutes', arn('no-tags'), { DurationSeconds: 899 }, 'DurationSeconds'],
    ['a session longer than the role allows', arn('no-tags'), { DurationSeconds: 3601 }, 'exceeds the MaxSessionDuration'],
    ['a chained session longer than an hour', arn('two-hours'), { DurationSeconds: 3601 }, '1 hour session limit'],
    ['a session name with spaces', arn('no-tags'), { RoleSessionName: 'a b' }, 'RoleSessionName'],
    ['a session policy, which would go unheard', arn('no-tags'), { Policy: '{}' }, 'Policy'],
    ['a transitive key without its tag', arn('no-tags'), { TransitiveTagKeys: ['x'] }, 'must be included'],
  ])('%s is refused', async (_what, to, more, message) => {
    await expect(assume(arn('caller'), to, more)).rejects.toThrow(message)
  })

  test('transitive tags are inherited by the next session and cannot be set anew', async () => {
    const first = await assume(arn('caller'), arn('tenant-only'), { Tags: tenant, TransitiveTagKeys: ['tenant'] })
    const session = credentials.find(first.Credentials?.AccessKeyId ?? '') as Session
    const next = new AssumeRoleCommand({ RoleArn: arn('tenant-only'), RoleSessionName: 'next' })
    const second = await as(session).send(next)
    expect(credentials.find(second.Credentials?.AccessKeyId ?? '')?.tags).toEqual({ tenant: 'org1' })
    await expect(as(session).send(new AssumeRoleCommand({ ...next.input, Tags: [{ Key: 'tenant', Value: 'org2' }] }))).rejects.toThrow(
      'transitive tag',
    )
  })
})

test('GetCallerIdentity says who calls, and an unknown operation is refused', async () => {
  const client = as(credentials.forRole(functionRoleArn, 'worker'))
  await expect(client.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
    Account: account,
    Arn: `arn:aws:sts::${account}:assumed-role/create-user/worker`,
    UserId: expect.stringMatching(/^AROA[0-9A-F]{17}:worker$/),
  })
  await expect(as(credentials.root()).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
    Arn: `arn:aws:iam::${account}:root`,
    UserId: account,
  })
  const { GetSessionTokenCommand } = await import('@aws-sdk/client-sts')
  await expect(client.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' })
})

describe('credentials', () => {
  test('of a role that Lambda may not assume are not given', () => {
    expect(() => credentials.forRole(dataRoleArn)).toThrow('Lambda cannot assume')
  })

  test('are forgotten an hour after they expired, and not before', () => {
    let time = 0
    const kept = createCredentials({ account, iam, clock: () => time })
    const issue = (count: number) =>
      Array.from({ length: count }, () => kept.issue({ roleArn: dataRoleArn, sessionName: 's', expiresAt: 1000 }))
    const [first] = issue(300)
    time = 1000 + 3_600_000
    issue(256)
    expect(kept.find(first?.accessKeyId ?? '')).toBe(first)
    time += 1
    issue(512)
    expect(kept.find(first?.accessKeyId ?? '')).toBeUndefined()
    expect(callerArn(kept.root())).toBe(`arn:aws:iam::${account}:root`)
    expect(kept.find(kept.root().accessKeyId)).toBe(kept.root())
  })
})
