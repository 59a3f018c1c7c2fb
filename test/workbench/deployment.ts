import type { Deployment, Resource } from '../../local/types.ts'
import { INDEXES, nameOfIndex } from '../../shared/store/keys.ts'

export const POOL = 'eu-central-1_Bench0001'
export const CLIENT = 'bench-client'
export const HOSTED_CLIENT = 'bench-hosted-client'
export const ENROLMENT_CLIENT = 'bench-enrolment-client'
export const ACCOUNT = '000000000000'
export const REGION = 'eu-central-1'
export const BUCKET = 'bench-files'
export const KEYRING = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:bench-keyring-a1b2c3`
export const SIGNING_KEY = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:bench-signing-d4e5f6`

const resource = (type: string, ref: string, properties: Record<string, unknown>): Resource => ({
  logicalId: ref,
  stack: 'bench',
  type,
  ref,
  properties,
  metadata: {},
})

const keys = (prefix: string) => [
  { AttributeName: `${prefix}pk`, KeyType: 'HASH' },
  { AttributeName: `${prefix}sk`, KeyType: 'RANGE' },
]

const userPoolClient = (id: string, properties: Record<string, unknown>) =>
  resource('AWS::Cognito::UserPoolClient', id, {
    UserPoolId: POOL,
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    AccessTokenValidity: 60,
    IdTokenValidity: 60,
    RefreshTokenValidity: 7,
    PreventUserExistenceErrors: 'ENABLED',
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
    ...properties,
  })

/** What a template would hold, with this table. */
export function deployment(table: string): Deployment {
  const resources = [
    resource('AWS::DynamoDB::Table', table, {
      TableName: table,
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
    resource('AWS::S3::Bucket', BUCKET, {}),
    resource('AWS::SecretsManager::Secret', SIGNING_KEY, { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } }),
    resource('AWS::SecretsManager::Secret', KEYRING, { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } }),
  ]
  return {
    region: REGION,
    account: ACCOUNT,
    resources,
    ofType: (type) => resources.filter((each) => each.type === type),
    attribute(each, name) {
      if (each.type.includes('S3')) return `arn:aws:s3:::${each.ref}`
      return name === 'Arn' && each.type.includes('DynamoDB')
        ? `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${each.ref}`
        : `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${each.ref}`
    },
  }
}

/** The environment of every function but for what only a running part knows. */
export const settings = {
  TESSERA_STAGE: 'test',
  TESSERA_DATA_ROLE: `arn:aws:iam::${ACCOUNT}:role/bench`,
  TESSERA_USER_POOL: POOL,
  TESSERA_USER_POOL_CLIENT: CLIENT,
  TESSERA_HOSTED_CLIENT: HOSTED_CLIENT,
  TESSERA_ENROLMENT_CLIENT: ENROLMENT_CLIENT,
  TESSERA_KEYRING: KEYRING,
  TESSERA_SIGNING_KEY: SIGNING_KEY,
  TESSERA_BUCKET: BUCKET,
  TESSERA_EVENT_BUS: 'bench',
  TESSERA_MAIL_FROM: 'Tessera <no-reply@tessera.local>',
  TESSERA_APP_URL: 'http://localhost:3000',
  TESSERA_LOGIN_URL: 'https://login.test',
  TESSERA_STRICT: 'true',
  TESSERA_TENANT_CREDENTIALS: 'false',
  TESSERA_IP_LIMIT: '100000',
  AWS_REGION: REGION,
}
