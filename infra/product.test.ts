import { describe, expect, test } from '@jest/globals'
import { terms } from '../functions/technicians/contract/schemas.ts'
import { nameFor } from './function.ts'
import { countResources, MAX_RESOURCES } from './limits.ts'
import { allParts, partsOf } from './parts.ts'
import { fileContext, readStage } from './stage.ts'
import { synthesizeProduct } from './test-product.ts'

const prod = synthesizeProduct({ stage: 'prod' })
const dev = synthesizeProduct({ stage: 'dev' })
const tuned = synthesizeProduct({ stage: 'prod', tracing: 'sampled', logLevel: 'ERROR' })
type Environment = Record<string, unknown>
const one = (product: typeof prod, type: string) => product.ofType(type)[0]

test('no stack imports what another exports', () => {
  expect(prod.text).not.toContain('Fn::ImportValue')
  expect(prod.text).not.toContain('"Export"')
})

describe('prod keeps its data', () => {
  test.each([
    'AWS::DynamoDB::GlobalTable',
    'AWS::S3::Bucket',
    'AWS::Cognito::UserPool',
    'AWS::SecretsManager::Secret',
    'AWS::Logs::LogGroup',
  ])('%s stays when its stack is deleted', (type) => {
    for (const { DeletionPolicy } of prod.ofType(type)) expect(DeletionPolicy).toBe('Retain')
    for (const { DeletionPolicy } of dev.ofType(type)) expect(DeletionPolicy).toBe('Delete')
  })
  test('table and user pool cannot be deleted by mistake', () => {
    expect(one(prod, 'AWS::DynamoDB::GlobalTable')?.Properties.Replicas).toMatchObject([
      { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    ])
    expect(one(prod, 'AWS::Cognito::UserPool')?.Properties.DeletionProtection).toBe('ACTIVE')
  })
})

test('traces cost nothing until a stage says that they are sampled, and only then may a function write them', () => {
  const modes = (product: typeof prod) =>
    new Set(product.ofType('AWS::Lambda::Function').map(({ Properties }) => (Properties.TracingConfig as { Mode: string }).Mode))
  expect([modes(prod), modes(tuned)]).toEqual([new Set(['PassThrough']), new Set(['Active'])])
  expect([prod, tuned].map(({ text }) => text.includes('xray:PutTraceSegments'))).toEqual([false, true])
})

test('the table refuses everybody the change of its record', () => {
  const [{ ResourcePolicy }] = one(prod, 'AWS::DynamoDB::GlobalTable')?.Properties.Replicas as [
    { ResourcePolicy: { PolicyDocument: { Statement: unknown[] } } },
  ]
  const refused = (action: string, condition: object) =>
    expect(ResourcePolicy.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Principal: { AWS: '*' }, Action: action, Condition: expect.objectContaining(condition) }),
    )
  const on = (...keys: string[]) => ({ 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': keys } })
  const [signals, sealed] = [['TENANT#*#SIGNALS#*', 'TENANT#*#DENIALS#*'], 'TENANT#*#SEALED#*']
  refused('dynamodb:DeleteItem', on('TENANT#*#AUDIT#*', ...signals, sealed))
  refused('dynamodb:UpdateItem', on(...signals, sealed))
  // Of an entry, only when it may be cleaned away.
  const beyond = { 'ForAnyValue:StringNotEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'ttl'] } }
  refused('dynamodb:UpdateItem', { ...on('TENANT#*#AUDIT#*'), ...beyond })
})

const clientOf = (product: typeof prod, name: string) =>
  product.ofType('AWS::Cognito::UserPoolClient').find(({ Properties }) => Properties.ClientName === name)?.Properties ?? {}

describe('the clients of the user pool', () => {
  test('are three', () => {
    expect(prod.ofType('AWS::Cognito::UserPoolClient').map(({ Properties }) => Properties.ClientName)).toEqual([
      'api',
      'hosted',
      'enrolment',
    ])
  })
  test.each([
    'api',
    'hosted',
    'enrolment',
  ])('%s rotates refresh tokens, tells nobody who exists, and lets no token change an address', (name) => {
    expect(clientOf(prod, name)).toMatchObject({
      GenerateSecret: false,
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
      AccessTokenValidity: 60,
      TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'minutes' },
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      WriteAttributes: ['locale'],
    })
  })
  test.each(['api', 'enrolment'])('%s takes passwords from the product only, and has no hosted login', (name) => {
    expect(clientOf(prod, name)).toMatchObject({
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
      AllowedOAuthFlowsUserPoolClient: false,
    })
    for (const setting of ['AllowedOAuthFlows', 'AllowedOAuthScopes', 'CallbackURLs'])
      expect(clientOf(prod, name)).not.toHaveProperty(setting)
  })
  test('hosted takes codes of the hosted login, for tokens that cannot call Cognito itself, and no password', () => {
    expect(clientOf(prod, 'hosted')).toMatchObject({
      ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
    })
    const { LambdaConfig } = one(prod, 'AWS::Cognito::UserPool')?.Properties as { LambdaConfig: object }
    expect(Object.keys(LambdaConfig).filter((trigger) => /Challenge/.test(trigger))).toEqual([])
  })
  test('a session lasts a week, and an enrolment as short as Cognito allows', () => {
    expect(['api', 'hosted', 'enrolment'].map((name) => clientOf(prod, name).RefreshTokenValidity)).toEqual([10_080, 10_080, 60])
  })
})

test('/docs signs in where the address of the API is known', () => {
  const product = synthesizeProduct({ stage: 'prod', apiUrl: 'https://api.my.org/' }, partsOf([], [], []))
  expect(clientOf(product, 'hosted').CallbackURLs).toContain('https://api.my.org/docs/oauth2-redirect.html')
})

describe('the keyring', () => {
  test('is a secret that nobody chose, long enough for every key', () => {
    const [keyring, ...others] = prod.ofType('AWS::SecretsManager::Secret')
    expect(keyring?.id).toMatch(/^Keyring/)
    expect(keyring?.Properties.GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true })
    expect(others.map(({ id }) => id)).toEqual([expect.stringMatching(/^OriginSecret/)])
  })
  test('is named to every function, and open to those alone that declare it', () => {
    for (const { Properties } of prod.ofType('AWS::Lambda::Function')) {
      expect(Properties.Environment).toMatchObject({ Variables: { TESSERA_KEYRING: expect.anything() } })
    }
    const declared = allParts(prod.parts).filter(({ calls }) => calls.includes('secretsmanager:GetSecretValue'))
    const opening = prod.ofType('AWS::IAM::Role').filter((role) => JSON.stringify(prod.statementsOf(role)).includes('secretsmanager'))
    expect(opening.map(({ id }) => id).toSorted()).toEqual(declared.map(({ name }) => prod.role(name).id).toSorted())
    const [first] = prod.parts.endpoints
    if (!first) throw new Error('The catalogue is empty')
    const parts = { ...partsOf([], [], []), endpoints: [{ ...first, calls: ['secretsmanager:GetSecretValue'] }] }
    const made = synthesizeProduct({ stage: 'prod' }, parts)
    const statement = made.statementsOf(made.role(first.name)).find(({ Action }) => Action === 'secretsmanager:GetSecretValue')
    expect(statement?.Resource).toEqual({ Ref: expect.stringMatching(/keyringarn/) })
  })
})

test('every function runs on arm64 and Node 24, says whose it is, and logs into a group that forgets', () => {
  for (const { Properties } of prod.ofType('AWS::Lambda::Function')) {
    expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], LoggingConfig: { LogGroup: expect.anything() } })
    expect(Properties.Environment).toMatchObject({
      Variables: { TESSERA_STAGE: 'prod', TESSERA_STRICT: 'false', TESSERA_FUNCTION: expect.any(String) },
    })
  }
  for (const { Properties } of prod.ofType('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(90)
})

test("every function is of a part of the product that a guest's limits can name", () => {
  const parts = prod
    .ofType('AWS::Lambda::Function')
    .map(({ Properties }) => (Properties.Environment as { Variables: Environment }).Variables.TESSERA_CONTEXT)
  expect(terms.allowedServices.safeParse([...new Set(parts)])).toMatchObject({ success: true })
})

test('of what Lambda logs itself only what went wrong is kept, and of what functions log all, metrics too, at any level of the stage', () => {
  const LoggingConfig = { LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: 'TRACE' }
  for (const { Properties } of [prod, tuned].flatMap((product) => product.ofType('AWS::Lambda::Function')))
    expect(Properties).toMatchObject({ LoggingConfig })
})

test('calls to addresses that somebody gave reach this machine on the local stage alone', () => {
  const outboundOf = (product: typeof prod) =>
    product
      .ofType('AWS::Lambda::Function')
      .map(({ Properties }) => (Properties.Environment as { Variables: Environment }).Variables.TESSERA_OUTBOUND)
  expect(new Set(outboundOf(synthesizeProduct({ stage: 'local' })))).toEqual(new Set(['loopback']))
  expect(prod.text + dev.text).not.toContain('TESSERA_OUTBOUND')
})

describe('what CloudFormation and Lambda take', () => {
  const stackOf = (count: number) => [
    { name: 'big', template: { Resources: Object.fromEntries(Array.from({ length: count }, (_, n) => [n, {}])) } },
  ]
  test('every stack has room', () => {
    for (const stack of new Set(prod.resources.map((resource) => resource.stack))) {
      expect(prod.resources.filter((resource) => resource.stack === stack).length).toBeLessThanOrEqual(MAX_RESOURCES)
    }
  })
  test('a stack that is too big is named, with what to do', () => {
    expect(countResources(stackOf(MAX_RESOURCES))).toEqual({ big: MAX_RESOURCES })
    expect(() => countResources(stackOf(MAX_RESOURCES + 1))).toThrow(/big has 481.*further ring/)
    expect(countResources([{ name: 'empty', template: {} }])).toEqual({ empty: 0 })
  })
  test('a long name is shortened the same way every time, and never to the same as another', () => {
    const stage = readStage({ ...fileContext(), stage: 'dev' })
    const long = nameFor(stage, `${'a'.repeat(70)}b`)
    expect(long).toHaveLength(64)
    expect(nameFor(stage, `${'a'.repeat(70)}b`)).toBe(long)
    expect(nameFor(stage, `${'a'.repeat(70)}c`)).not.toBe(long)
  })
})
