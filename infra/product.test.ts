import { describe, expect, test } from '@jest/globals'
import { nameFor } from './function.ts'
import { partsOf } from './parts.ts'
import { countResources, MAX_RESOURCES } from './product.ts'
import { fileContext, readStage } from './stage.ts'
import { synthesizeProduct } from './test-product.ts'

const prod = synthesizeProduct({ stage: 'prod' })
const dev = synthesizeProduct({ stage: 'dev' })
const one = (product: typeof prod, type: string) => product.ofType(type)[0]

test('no stack imports what another exports', () => {
  expect(prod.text).not.toContain('Fn::ImportValue')
  expect(prod.text).not.toContain('"Export"')
})

describe('prod keeps its data', () => {
  test.each([
    'AWS::DynamoDB::GlobalTable',
    'AWS::Cognito::UserPool',
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

test('the table refuses everybody the change of its record', () => {
  const [{ ResourcePolicy }] = one(prod, 'AWS::DynamoDB::GlobalTable')?.Properties.Replicas as [
    { ResourcePolicy: { PolicyDocument: { Statement: unknown[] } } },
  ]
  expect(ResourcePolicy.PolicyDocument.Statement).toContainEqual(
    expect.objectContaining({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      Condition: expect.objectContaining({
        'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['TENANT#*#AUDIT#*', 'TENANT#*#SIGNALS#*'] },
      }),
    }),
  )
})

test('the client takes passwords from the product only, rotates refresh tokens and tells nobody who exists', () => {
  expect(one(prod, 'AWS::Cognito::UserPoolClient')?.Properties).toMatchObject({
    GenerateSecret: false,
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    AccessTokenValidity: 60,
    RefreshTokenValidity: 10_080,
    TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'minutes' },
    PreventUserExistenceErrors: 'ENABLED',
    AllowedOAuthFlows: ['code'],
    WriteAttributes: ['locale'],
  })
})

test('/docs signs in where the address of the API is known', () => {
  const { CallbackURLs } =
    one(synthesizeProduct({ stage: 'prod', apiUrl: 'https://api.my.org/' }, partsOf([], [], [])), 'AWS::Cognito::UserPoolClient')
      ?.Properties ?? {}
  expect(CallbackURLs).toContain('https://api.my.org/docs/oauth2-redirect.html')
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
