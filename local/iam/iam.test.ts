import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { account, deploymentOf, lambdaTrust, policy, resource, sampleDeployment, variable } from '../aws/test-deployment.ts'
import type { Caller, IamRequest } from '../types.ts'
import { createIam } from './iam.ts'

const roleArn = `arn:aws:iam::${account}:role/worker`
const queueArn = `arn:aws:sqs:eu-central-1:${account}:queue`
const tableArn = `arn:aws:dynamodb:eu-central-1:${account}:table/things`
const caller: Caller = { roleArn, tags: {}, accessKeyId: 'A' }
const send: IamRequest = { action: 'sqs:SendMessage', resource: queueArn, context: {} }

const role = (statements: object[], more: Record<string, unknown> = {}) =>
  resource('AWS::IAM::Role', 'worker', {
    AssumeRolePolicyDocument: lambdaTrust,
    Policies: [{ PolicyName: 'inline', PolicyDocument: policy(...statements) }],
    ...more,
  })
const queue = resource('AWS::SQS::Queue', 'queue', {})
const onQueue = (...statements: object[]) =>
  resource('AWS::SQS::QueuePolicy', 'on-queue', { Queues: ['queue'], PolicyDocument: policy(...statements) })
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn, ...more })
const deny = (more: object = {}) => ({ ...allow(more), Effect: 'Deny' })
const iamOf = (...resources: Parameters<typeof deploymentOf>[0]) => createIam(deploymentOf(resources))

// IAM User Guide, "Policy evaluation logic" (reference_policies_evaluation-logic): within one account, the table of
// identity-based against resource-based policies, where an explicit deny overrides and the default is deny.
const inOneAccount: Array<[identity: object[], onResource: object[], allowed: boolean, reason: string]> = [
  [[], [], false, 'because no identity-based policy allows the sqs:SendMessage action'],
  [[allow()], [], true, 'because an identity-based policy allows the sqs:SendMessage action'],
  [[allow(), deny()], [], false, 'with an explicit deny in an identity-based policy'],
  [[], [allow({ Principal: { AWS: roleArn } })], true, 'because a resource-based policy allows the sqs:SendMessage action'],
  [[], [allow({ Principal: '*' })], true, 'because a resource-based policy allows the sqs:SendMessage action'],
  [[], [allow({ Principal: { AWS: account } })], false, 'because no identity-based policy allows the sqs:SendMessage action'],
  [[], [allow({ Principal: { AWS: `${roleArn}-other` } })], false, 'because no identity-based policy allows the sqs:SendMessage action'],
  [[allow()], [deny({ Principal: { AWS: '*' } })], false, 'with an explicit deny in a resource-based policy'],
  [[allow()], [deny({ Principal: { AWS: `arn:aws:iam::${account}:root` } })], false, 'with an explicit deny in a resource-based policy'],
  [
    [allow()],
    [deny({ Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    true,
    'because an identity-based policy allows the sqs:SendMessage action',
  ],
  [[deny()], [allow({ Principal: { AWS: roleArn } })], false, 'with an explicit deny in an identity-based policy'],
]

test.each(inOneAccount)('identity %j and resource %j: allowed %s, %s', (identity, onResource, allowed, reason) => {
  const iam = iamOf(role(identity), queue, ...(onResource.length > 0 ? [onQueue(...onResource)] : []))
  expect(iam.evaluate(caller, send)).toEqual({ allowed, reason })
})

// IAM User Guide, "Action", "NotAction", "Resource", "NotResource" (reference_policies_elements_action and following).
const elements: Array<[statement: object, request: Partial<IamRequest>, allowed: boolean]> = [
  [{ Action: '*', Resource: '*' }, {}, true],
  [{ Action: 'SQS:sendmessage', Resource: '*' }, {}, true],
  [{ Action: 'sqs:Send*', Resource: '*' }, {}, true],
  [{ Action: 'sqs:Send?essage', Resource: '*' }, {}, true],
  [{ Action: 'sqs:Receive*', Resource: '*' }, {}, false],
  [{ NotAction: 'sqs:Receive*', Resource: '*' }, {}, true],
  [{ NotAction: 'sqs:*', Resource: '*' }, {}, false],
  [{ Action: '*', Resource: `arn:aws:sqs:*:${account}:que*` }, {}, true],
  [{ Action: '*', Resource: 'arn:aws:sqs:*:queue:*:*' }, {}, false],
  [{ Action: '*', Resource: 'arn:aws:sqs:eu-*-1:*:queue' }, {}, true],
  [{ Action: '*', NotResource: queueArn }, {}, false],
  [{ Action: '*', NotResource: `${queueArn}-other` }, {}, true],
  [{ Action: '*', Resource: `${tableArn}/index/*` }, { resource: `${tableArn}/index/a/b:c` }, true],
  [{ Action: '*', Resource: tableArn }, { resource: `${tableArn}/index/a` }, false],
  [{ Action: '*', Resource: `arn:aws:sqs:eu-central-1:${account}:${variable('aws:PrincipalTag/queue')}` }, {}, false],
  [{ Action: '*', NotResource: `arn:aws:sqs:eu-central-1:${account}:${variable('aws:PrincipalTag/queue')}` }, {}, false],
]

test.each(elements)('%j on %j: %s', (statement, request, allowed) => {
  expect(iamOf(role([{ Effect: 'Allow', ...statement }])).evaluate(caller, { ...send, ...request }).allowed).toBe(allowed)
})

describe('where policies come from', () => {
  test('attached, managed and customer-managed policies of a role count', () => {
    const own = resource('AWS::IAM::ManagedPolicy', `arn:aws:iam::${account}:policy/own`, {
      PolicyDocument: policy(allow({ Action: 'sqs:DeleteMessage' })),
    })
    const attached = resource('AWS::IAM::Policy', 'attached', { Roles: ['worker'], PolicyDocument: policy(allow()) })
    const managed = ['arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess', own.ref]
    const iam = iamOf(role([], { ManagedPolicyArns: managed }), attached, own)
    const actions = ['sqs:SendMessage', 'sqs:DeleteMessage', 'sqs:ReceiveMessage', 'xray:PutTraceSegments']
    expect(actions.map((action) => iam.evaluate(caller, { ...send, action }).allowed)).toEqual([true, true, false, true])
  })

  test('a role that the deployment does not have may do nothing, the account everything', () => {
    const iam = iamOf()
    expect(iam.evaluate(caller, send).allowed).toBe(false)
    expect(iam.evaluate({ ...caller, roleArn: `arn:aws:iam::${account}:root` }, send).allowed).toBe(true)
  })

  test("a session's tag overrides the role's own of the same key", () => {
    const tagged = role([allow({ Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } })], {
      Tags: [{ Key: 'team', Value: 'blue' }],
    })
    const iam = iamOf(tagged)
    expect(iam.evaluate(caller, send).allowed).toBe(true)
    expect(iam.evaluate({ ...caller, tags: { team: 'red' } }, send).allowed).toBe(false)
  })

  test("a table's policy stands on its indexes and streams have their own", () => {
    const denyAll = { Effect: 'Deny', Principal: '*', Action: 'dynamodb:*', Resource: '*' }
    const table = resource('AWS::DynamoDB::Table', 'things', { ResourcePolicy: { PolicyDocument: policy(denyAll) } })
    const iam = iamOf(role([{ Effect: 'Allow', Action: '*', Resource: '*' }]), table)
    const allowed = (arn: string) => iam.evaluate(caller, { action: 'dynamodb:Query', resource: arn, context: {} }).allowed
    expect([tableArn, `${tableArn}/index/a`, `${tableArn}-other`, `${tableArn}/stream/1`].map(allowed)).toEqual([false, false, true, true])
  })

  test("the region's replica of a global table carries its table's and its stream's policy", () => {
    const statement = { Effect: 'Deny', Principal: '*', Action: 'dynamodb:GetItem', Resource: '*' }
    const here = { Region: 'eu-central-1', ResourcePolicy: { PolicyDocument: policy(statement) } }
    const stream = { StreamSpecification: { ResourcePolicy: { PolicyDocument: policy({ ...statement, Action: 'dynamodb:GetRecords' }) } } }
    const elsewhere = { Region: 'us-east-1', ResourcePolicy: { PolicyDocument: policy({ ...statement, Action: '*' }) } }
    const things = resource('AWS::DynamoDB::GlobalTable', 'things', { Replicas: [{ ...here, ...stream }, elsewhere] })
    const deployment = deploymentOf([role([{ Effect: 'Allow', Action: '*', Resource: '*' }]), things])
    const iam = createIam(deployment)
    const answers = [
      iam.evaluate(caller, { action: 'dynamodb:GetItem', resource: tableArn, context: {} }),
      iam.evaluate(caller, { action: 'dynamodb:PutItem', resource: tableArn, context: {} }),
      iam.evaluate(caller, { action: 'dynamodb:GetRecords', resource: deployment.attribute(things, 'StreamArn'), context: {} }),
    ]
    expect(answers.map((answer) => answer.allowed)).toEqual([false, true, false])
  })

  test('a service is let in only by the policy on the resource, under its conditions', () => {
    const ruleArn = 'arn:aws:events:eu-central-1:000000000000:rule/a'
    const events = allow({ Principal: { Service: 'events.amazonaws.com' }, Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } } })
    const iam = iamOf(queue, onQueue(events))
    const from = (arn: string) => ({ ...send, context: { 'aws:SourceArn': [arn] } })
    expect(iam.evaluateService('events.amazonaws.com', from(ruleArn)).allowed).toBe(true)
    expect(iam.evaluateService('events.amazonaws.com', from(`${ruleArn}b`))).toEqual({
      allowed: false,
      reason: 'because no resource-based policy allows the sqs:SendMessage action',
    })
    expect(iam.evaluateService('sns.amazonaws.com', from(ruleArn)).allowed).toBe(false)
  })

  test('policies on topics and event buses stand', () => {
    const statement = { Effect: 'Allow', Principal: { AWS: roleArn }, Resource: '*' }
    const topic = resource('AWS::SNS::Topic', 'arn:aws:sns:eu-central-1:000000000000:alarms', {})
    const onTopic = resource('AWS::SNS::TopicPolicy', 'p1', {
      Topics: [topic.ref],
      PolicyDocument: policy({ ...statement, Action: 'sns:Publish' }),
    })
    const onBus = resource('AWS::Events::EventBusPolicy', 'p2', {
      EventBusName: 'bus',
      Statement: { ...statement, Action: 'events:PutEvents' },
    })
    const iam = iamOf(topic, onTopic, onBus)
    const bus = `arn:aws:events:eu-central-1:${account}:event-bus/bus`
    expect(iam.evaluate(caller, { action: 'sns:Publish', resource: topic.ref, context: {} }).allowed).toBe(true)
    expect(iam.evaluate(caller, { action: 'events:PutEvents', resource: bus, context: {} }).allowed).toBe(true)
  })
})

describe('a trust policy', () => {
  const assume: IamRequest = { action: 'sts:AssumeRole', resource: roleArn, context: {} }
  const trusting = (...statements: object[]) => iamOf(role([], { AssumeRolePolicyDocument: policy(...statements) }))
  const other: Caller = { ...caller, roleArn: `arn:aws:iam::${account}:role/other` }

  test('lets in whom it names, by itself or by its account, and nobody else', () => {
    const named = trusting({ Effect: 'Allow', Principal: { AWS: other.roleArn }, Action: 'sts:AssumeRole' })
    const account1 = trusting({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })
    expect(named.evaluateTrust(other, assume).allowed).toBe(true)
    expect(account1.evaluateTrust(other, assume).allowed).toBe(true)
    expect(named.evaluateTrust(caller, assume)).toEqual({
      allowed: false,
      reason: 'because no role trust policy allows the sts:AssumeRole action',
    })
    expect(named.evaluateTrust(other, { ...assume, action: 'sts:TagSession' }).allowed).toBe(false)
    expect(named.evaluateTrust(other, { ...assume, resource: other.roleArn }).allowed).toBe(false)
  })

  test('can deny', () => {
    const statement = { Principal: '*', Action: 'sts:AssumeRole' }
    const iam = trusting(
      { ...statement, Effect: 'Allow' },
      { ...statement, Effect: 'Deny', Condition: { Null: { 'sts:ExternalId': 'true' } } },
    )
    expect(iam.evaluateTrust(other, assume)).toEqual({ allowed: false, reason: 'with an explicit deny in the role trust policy' })
    expect(iam.evaluateTrust(other, { ...assume, context: { 'sts:ExternalId': ['x'] } }).allowed).toBe(true)
  })
})

const tenant = fc.string({ minLength: 1, maxLength: 8 })
test('for any two tenants, the data role reaches the one of its tag only', () => {
  const iam = createIam(sampleDeployment())
  const data = { ...caller, roleArn: `arn:aws:iam::${account}:role/tessera/data/create-user-data` }
  const table = `arn:aws:dynamodb:eu-central-1:${account}:table/tessera-test`
  const reaches = (tag: string, ...keys: string[]) =>
    iam.evaluate(
      { ...data, tags: { tenant: tag } },
      { action: 'dynamodb:GetItem', resource: table, context: { 'dynamodb:LeadingKeys': keys } },
    ).allowed
  fc.assert(
    fc.property(tenant, tenant, (mine, theirs) => {
      const [own, foreign] = [`TENANT#${mine}#USER#1`, `TENANT#${theirs}#USER#1`]
      expect(reaches(mine, own)).toBe(true)
      expect(reaches(mine, foreign)).toBe(foreign.startsWith(`TENANT#${mine}#USER`))
      expect(reaches(mine, own, foreign)).toBe(foreign.startsWith(`TENANT#${mine}#USER`))
    }),
  )
})

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const refused: Array<[what: string, load: () => unknown, message: string]> = [
  [
    'an unknown element',
    () => iamOf(role([{ ...everything, Conditions: {} }])),
    'policy inline of role worker: unknown element Conditions',
  ],
  [
    'an unknown element of the policy',
    () => iamOf(role([], { AssumeRolePolicyDocument: { Statement: [], Extra: 1 } })),
    'unknown element Extra',
  ],
  ['another effect', () => iamOf(role([{ ...everything, Effect: 'allow' }])), 'Effect must be'],
  ['Action with NotAction', () => iamOf(role([{ ...everything, NotAction: '*' }])), 'either Action or NotAction'],
  ['Resource with NotResource', () => iamOf(role([{ ...everything, NotResource: '*' }])), 'either Resource or NotResource'],
  ['no resource', () => iamOf(role([{ Effect: 'Allow', Action: '*' }])), 'needs a Resource'],
  ['an action without a service', () => iamOf(role([{ ...everything, Action: 'GetItem' }])), 'is no action'],
  ['a resource that is no ARN', () => iamOf(role([{ ...everything, Resource: 'arn:aws:sqs:*' }])), 'is no ARN'],
  ['an unknown variable', () => iamOf(role([{ ...everything, Resource: `arn:aws:sqs:a:b:${variable('aws:userid')}` }])), 'aws:userid'],
  ['an unknown kind of principal', () => iamOf(queue, onQueue({ ...everything, Principal: { Federated: 'x' } })), 'kind Federated'],
  ['an unknown principal', () => iamOf(queue, onQueue({ ...everything, Principal: { AWS: 'me' } })), '"me" is no principal'],
  [
    'an unknown managed policy',
    () => iamOf(role([], { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] })),
    'AdministratorAccess',
  ],
  ['a permissions boundary', () => iamOf(role([], { PermissionsBoundary: 'arn:x' })), 'permissions boundaries'],
  [
    'a policy attached to nobody',
    () => iamOf(resource('AWS::IAM::Policy', 'p', { Roles: ['nobody'], PolicyDocument: policy(everything) })),
    'nobody',
  ],
  ['a policy on no queue', () => iamOf(onQueue(everything)), 'no AWS::SQS::Queue'],
]

test.each(refused)('%s is refused when the deployment is loaded', (_what, load, message) => {
  expect(load).toThrow(message)
})
