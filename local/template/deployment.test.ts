// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of Fn::Sub look like those of a template string.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Deployment } from '../types.ts'
import { readDeployment } from './deployment.ts'
import { testPorts, writeAssembly } from './test-assembly.ts'

const read = (stacks: Parameters<typeof writeAssembly>[0]): Deployment => readDeployment(writeAssembly(stacks), { ports: testPorts })

function find(deployment: Deployment, logicalId: string) {
  const resource = deployment.resources.find((candidate) => candidate.logicalId === logicalId)
  if (!resource) throw new Error(`no ${logicalId}`)
  return resource
}

const value = (expression: unknown, more: Record<string, object> = {}, sections = {}) => {
  const probe = { Type: 'AWS::CDK::Metadata', Properties: { value: expression } }
  return find(read({ app: { Resources: { ...more, Probe: probe }, ...sections } }), 'Probe').properties.value
}

const arn = 'arn:aws:'
const here = 'eu-central-1:000000000000'
const identities: [type: string, properties: object, ref: unknown, attributes: Record<string, unknown>][] = [
  ['AWS::DynamoDB::Table', {}, 'app-It', { Arn: `${arn}dynamodb:${here}:table/app-It` }],
  ['AWS::DynamoDB::GlobalTable', { TableName: 't' }, 't', { StreamArn: `${arn}dynamodb:${here}:table/t/stream/2025-01-01T00:00:00.000` }],
  ['AWS::IAM::Role', { RoleName: 'r', Path: '/data/' }, 'r', { Arn: `${arn}iam::000000000000:role/data/r` }],
  ['AWS::IAM::ManagedPolicy', {}, `${arn}iam::000000000000:policy/app-It`, {}],
  ['AWS::Lambda::Function', { FunctionName: 'f' }, 'f', { Arn: `${arn}lambda:${here}:function:f` }],
  ['AWS::Lambda::Version', { FunctionName: 'f' }, `${arn}lambda:${here}:function:f:1`, { Version: '1' }],
  ['AWS::Lambda::Alias', { FunctionName: `${arn}lambda:${here}:function:f`, Name: 'live' }, `${arn}lambda:${here}:function:f:live`, {}],
  ['AWS::Logs::LogGroup', {}, 'app-It', { Arn: `${arn}logs:${here}:log-group:app-It:*` }],
  ['AWS::Events::EventBus', { Name: 'b' }, 'b', { Arn: `${arn}events:${here}:event-bus/b`, Name: 'b' }],
  ['AWS::Events::Rule', {}, 'app-It', { Arn: `${arn}events:${here}:rule/app-It` }],
  ['AWS::Events::Rule', { EventBusName: 'b' }, 'app-It', { Arn: `${arn}events:${here}:rule/b/app-It` }],
  ['AWS::Events::Archive', {}, 'app-It', { Arn: `${arn}events:${here}:archive/app-It` }],
  ['AWS::SQS::Queue', { QueueName: 'q' }, 'http://localhost:3003/000000000000/q', { Arn: `${arn}sqs:${here}:q`, QueueName: 'q' }],
  ['AWS::ApiGatewayV2::Api', {}, expect.stringMatching(/^[a-z0-9]{10}$/), { ApiEndpoint: 'http://localhost:3000' }],
  ['AWS::ApiGatewayV2::Stage', { StageName: '$default' }, '$default', {}],
  [
    'AWS::Cognito::UserPool',
    {},
    expect.stringMatching(/^eu-central-1_[A-Za-z0-9]{9}$/),
    { ProviderName: expect.stringMatching(/^cognito-idp\.eu-central-1\.amazonaws\.com\/eu-central-1_\w{9}$/) },
  ],
  ['AWS::Cognito::UserPoolClient', {}, expect.stringMatching(/^[a-z0-9]{26}$/), {}],
  ['AWS::Cognito::UserPoolDomain', { Domain: 'acme' }, 'acme', {}],
  ['AWS::SES::EmailIdentity', { EmailIdentity: 'a@example.com' }, 'a@example.com', {}],
  ['AWS::SSM::Parameter', { Name: '/a', Value: 'v', Type: 'String' }, '/a', { Value: 'v', Type: 'String' }],
  ['AWS::S3::Bucket', {}, 'app-it', { Arn: 'arn:aws:s3:::app-it' }],
  ['AWS::SNS::Topic', {}, `${arn}sns:${here}:app-It`, { TopicName: 'app-It' }],
  ['AWS::SecretsManager::Secret', {}, expect.stringMatching(/^arn:aws:secretsmanager:.*:secret:app-It-[a-z0-9]{6}$/), {}],
  ['AWS::KMS::Key', {}, expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/), {}],
  ['AWS::CloudWatch::Alarm', { AlarmName: 'a' }, 'a', { Arn: `${arn}cloudwatch:${here}:alarm:a` }],
]

test.each(identities)('%s %j has the name and attributes CloudFormation gives', (type, properties, ref, attributes) => {
  const deployment = read({ app: { Resources: { It: { Type: type, Properties: properties } } } })
  const it = find(deployment, 'It')
  expect(it.ref).toEqual(ref)
  for (const [name, expected] of Object.entries(attributes)) expect(deployment.attribute(it, name)).toEqual(expected)
})

test('ids are the same at every start and differ between resources', () => {
  const Resources = { A: { Type: 'AWS::Cognito::UserPoolClient' }, B: { Type: 'AWS::Cognito::UserPoolClient' } }
  const [first, again] = [read({ app: { Resources } }), read({ app: { Resources } })]
  expect(first.resources.map(({ ref }) => ref)).toEqual(again.resources.map(({ ref }) => ref))
  expect(find(first, 'A').ref).not.toBe(find(first, 'B').ref)
})

test('generated function names fit into 64 characters and stay distinct', () => {
  const long = 'x'.repeat(70)
  const Resources = { [`${long}1`]: { Type: 'AWS::Lambda::Function' }, [`${long}2`]: { Type: 'AWS::Lambda::Function' } }
  const names = read({ app: { Resources } }).resources.map(({ ref }) => ref)
  expect(names.map((name) => name.length)).toEqual([64, 64])
  expect(new Set(names).size).toBe(2)
})

test('pseudo parameters, parameters, mappings and conditions are answered', () => {
  const sections = {
    Parameters: { Size: { Type: 'String', Default: 'small' } },
    Mappings: { Sizes: { small: { memory: 128 } } },
    Conditions: { IsSmall: { 'Fn::Equals': [{ Ref: 'Size' }, 'small'] }, IsLarge: { 'Fn::Not': [{ Condition: 'IsSmall' }] } },
  }
  const pseudo = '${AWS::Partition} ${AWS::Region} ${AWS::AccountId} ${AWS::StackName} ${AWS::URLSuffix}'
  expect(value({ 'Fn::Sub': pseudo })).toBe('aws eu-central-1 000000000000 app amazonaws.com')
  expect(value({ 'Fn::FindInMap': ['Sizes', { Ref: 'Size' }, 'memory'] }, {}, sections)).toBe(128)
  expect(value({ 'Fn::If': ['IsLarge', 1, { Ref: 'AWS::NoValue' }] }, {}, sections)).toBeUndefined()
})

test('account and region are those the app was made for, where it names them', () => {
  const Resources = { It: { Type: 'AWS::SQS::Queue' } }
  const { region, account, resources } = read({ app: { Resources, environment: 'aws://123456789012/ap-southeast-2' } })
  expect({ region, account, ref: resources[0]?.ref }).toEqual({
    region: 'ap-southeast-2',
    account: '123456789012',
    ref: 'http://localhost:3003/123456789012/app-It',
  })
})

test('a resource whose condition does not hold does not exist', () => {
  const Resources = { It: { Type: 'AWS::SQS::Queue', Condition: 'Never' } }
  expect(read({ app: { Resources, Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } } }).resources).toEqual([])
})

test('stacks hand values on by SSM parameter, dynamic reference and export, in the order of their dependencies', () => {
  const Queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } }
  const Kept = { Type: 'AWS::SSM::Parameter', Properties: { Name: '/app/jobs', Type: 'String', Value: { 'Fn::GetAtt': ['Queue', 'Arn'] } } }
  const Reader = {
    Type: 'AWS::CDK::Metadata',
    Properties: { parameter: { Ref: 'Jobs' }, dynamic: '{{resolve:ssm:/app/jobs}}', imported: { 'Fn::ImportValue': 'Jobs' } },
  }
  const deployment = read({
    reader: {
      dependsOn: ['writer'],
      Resources: { Reader },
      Parameters: { Jobs: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/app/jobs' } },
    },
    writer: { Resources: { Queue, Kept }, Outputs: { Jobs: { Value: { 'Fn::GetAtt': 'Queue.Arn' }, Export: { Name: 'Jobs' } } } },
  })
  const jobs = `${arn}sqs:${here}:jobs`
  expect(find(deployment, 'Reader').properties).toEqual({ parameter: jobs, dynamic: jobs, imported: jobs })
  expect(deployment.resources.map(({ stack }) => stack)).toEqual(['writer', 'writer', 'reader'])
})

test("Cognito's and the API's addresses become addresses of this machine, however they are put together", () => {
  const Pool = { Type: 'AWS::Cognito::UserPool' }
  const Api = { Type: 'AWS::ApiGatewayV2::Api' }
  const issuer = { 'Fn::Sub': 'https://cognito-idp.${AWS::Region}.${AWS::URLSuffix}/${Pool}' }
  const provider = { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Pool', 'ProviderName'] }]] }
  const poolId = value({ Ref: 'Pool' }, { Pool }) as string
  expect(value(issuer, { Pool })).toBe(`http://localhost:3001/${poolId}`)
  expect(value(provider, { Pool })).toBe(`http://localhost:3001/${poolId}`)
  expect(value({ 'Fn::GetAtt': ['Pool', 'ProviderURL'] }, { Pool })).toBe(`http://localhost:3001/${poolId}`)
  expect(value('https://acme.auth.eu-central-1.amazoncognito.com/login')).toBe('http://localhost:3001/login')
  expect(value({ 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/' }, { Api })).toBe('http://localhost:3000/')
  expect(value('https://example.com/')).toBe('https://example.com/')
})

test("a function's code is found by the key of its asset", () => {
  const It = { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: 'assets', S3Key: 'abc.zip' } } }
  const directory = writeAssembly({ app: { assets: { 'abc.zip': { 'index.js': '' } }, Resources: { It } } })
  const { metadata } = find(readDeployment(directory, { ports: testPorts }), 'It')
  expect(metadata).toEqual({ 'aws:asset:path': join(directory, 'asset.abc') })
})

test('the stacks of a nested assembly are read too', () => {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'))
  mkdirSync(join(directory, 'nested'))
  writeAssembly({ inner: { Resources: { It: { Type: 'AWS::SQS::Queue' } } } }, join(directory, 'nested'))
  const artifacts = { stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'nested' } } }
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }))
  expect(readDeployment(directory, { ports: testPorts }).resources.map(({ stack }) => stack)).toEqual(['inner'])
})

const refusals: [what: string, resource: object, message: string][] = [
  ['type', { Type: 'AWS::RDS::DBInstance' }, 'app/It: resource type AWS::RDS::DBInstance is unknown to the local stack'],
  ['function', { Type: 'AWS::SQS::Queue', Properties: { a: { 'Fn::Cidr': [] } } }, 'app/It: unknown intrinsic function Fn::Cidr'],
  ['reference', { Type: 'AWS::SQS::Queue', Properties: { a: { Ref: 'Nothing' } } }, 'app/It: app has no resource or parameter Nothing'],
  [
    'attribute',
    { Type: 'AWS::SQS::Queue', Properties: { a: { 'Fn::GetAtt': ['It', 'Size'] } } },
    'app/It: AWS::SQS::Queue has no attribute Size',
  ],
  ['import', { Type: 'AWS::SQS::Queue', Properties: { a: { 'Fn::ImportValue': 'x' } } }, 'app/It: no stack exports x'],
  ['SSM parameter', { Type: 'AWS::SQS::Queue', Properties: { a: '{{resolve:ssm:/x}}' } }, 'app/It: no stack writes the SSM parameter /x'],
  ['name that needs itself', { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'It' } } }, 'app/It: it depends on itself'],
]

test.each(refusals)('an unknown %s is an error that names stack and logical id', (_, resource, message) => {
  expect(() => read({ app: { Resources: { It: resource } } })).toThrow(message)
})

test('a parameter without default and a stack without template are errors', () => {
  expect(() => value({ Ref: 'Size' }, {}, { Parameters: { Size: { Type: 'String' } } })).toThrow('value for the parameter Size')
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'))
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts: { app: { type: 'aws:cloudformation:stack' } } }))
  expect(() => readDeployment(directory, { ports: testPorts })).toThrow('Stack app names no template file')
})
