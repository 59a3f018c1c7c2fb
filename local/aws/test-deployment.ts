import type { Deployment, Resource } from '../types.ts'

/** A deployment written by hand, for tests: one table, a function's role and its data role. */
export const region = 'eu-central-1'
export const account = '000000000000'
export const tableName = 'tessera-test'
export const tableArn = `arn:aws:dynamodb:${region}:${account}:table/${tableName}`
export const tableStreamArn = `${tableArn}/stream/template`
export const functionRoleArn = `arn:aws:iam::${account}:role/tessera/create-user`
export const dataRoleArn = `arn:aws:iam::${account}:role/tessera/data/create-user-data`

export function deploymentOf(resources: Resource[]): Deployment {
  return {
    region,
    account,
    resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    attribute(resource, name) {
      if (name === 'StreamArn') return tableStreamArn
      if (resource.type === 'AWS::IAM::Role') return `arn:aws:iam::${account}:role${String(resource.properties.Path ?? '/')}${resource.ref}`
      if (resource.type === 'AWS::SQS::Queue') return `arn:aws:sqs:${region}:${account}:${resource.ref}`
      return `arn:aws:dynamodb:${region}:${account}:table/${resource.ref}`
    },
  }
}

export function resource(type: string, ref: string, properties: Record<string, unknown>): Resource {
  return { logicalId: ref, stack: 'test', type, ref, properties, metadata: {} }
}

export const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements })
export const lambdaTrust = policy({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' })

/** The text of a policy variable, which only IAM fills in. */
export const variable = (name: string) => `\${${name}}`
const tenantTag = variable('aws:PrincipalTag/tenant')

const key = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
]
const index = (name: string) => ({ IndexName: name, KeySchema: key(`${name}PK`, `${name}SK`), Projection: { ProjectionType: 'ALL' } })

export const table = (changes: Record<string, unknown> = {}): Resource =>
  resource('AWS::DynamoDB::GlobalTable', tableName, {
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: key('PK', 'SK'),
    AttributeDefinitions: ['PK', 'SK', 'IX1PK', 'IX1SK'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [index('IX1')],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    ...changes,
  })

export const functionRole = resource('AWS::IAM::Role', 'create-user', {
  Path: '/tessera/',
  AssumeRolePolicyDocument: lambdaTrust,
  ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
  Policies: [
    {
      PolicyName: 'assume',
      PolicyDocument: policy({ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: dataRoleArn }),
    },
  ],
})

/** As a contract's data role is derived: the tenant's users and guards, by key and through the index, in named operations only. */
export const dataRole = resource('AWS::IAM::Role', 'create-user-data', {
  Path: '/tessera/data/',
  AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: { AWS: functionRoleArn }, Action: ['sts:AssumeRole', 'sts:TagSession'] }),
  Policies: [
    {
      PolicyName: 'data',
      PolicyDocument: policy({
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
        Resource: [tableArn, `${tableArn}/index/*`],
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['USER', 'GUARD'].map((entity) => `TENANT#${tenantTag}#${entity}*`) },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    },
  ],
})

export const sampleDeployment = (changes: Record<string, unknown> = {}) => deploymentOf([table(changes), functionRole, dataRole])
