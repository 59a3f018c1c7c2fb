import { createHash } from 'node:crypto'

/** A resource while its stack is being resolved: enough to name it. */
export interface Subject {
  stack: string
  logicalId: string
  type: string
  region: string
  account: string
  /** Origins on this machine. */
  apiOrigin: string
  awsOrigin: string
  /** A property, resolved on its own, so that naming a resource never needs all of it. */
  property(name: string): unknown
}

/** What CloudFormation gives for `Ref` and `Fn::GetAtt` on one type. */
export interface Kind {
  /** The property that may name it, and how long a generated name may be. */
  name?: [property: string, maximum: number]
  ref?: (subject: Subject) => string
  attributes?: Record<string, (subject: Subject) => string>
}

/** The name the template gives, or `<stack>-<logicalId>`, shortened the same way at every start. */
export function nameOf(subject: Subject): string {
  const [property, maximum] = kinds[subject.type]?.name ?? ['', 255]
  const given = property && subject.property(property)
  if (typeof given === 'string') return given
  const generated = `${subject.stack}-${subject.logicalId}`
  return generated.length <= maximum ? generated : `${generated.slice(0, maximum - 9)}-${stableId(subject, 8)}`
}

/** Letters and digits that stay the same over restarts, because they come from the logical id. */
function stableId({ stack, logicalId }: Subject, length: number, alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'): string {
  const bytes = createHash('sha512').update(`${stack}/${logicalId}`).digest()
  return [...bytes.subarray(0, length)].map((byte) => alphabet[byte % alphabet.length]).join('')
}

const id =
  (length: number, alphabet?: string) =>
  (subject: Subject): string =>
    stableId(subject, length, alphabet)

const uuid = (subject: Subject): string => {
  const digits = stableId(subject, 32, '0123456789abcdef')
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5')
}

/** An ARN of the given service; the tail is made from the resource's name unless told otherwise. */
const arn =
  (service: string, tail: (subject: Subject) => string = nameOf) =>
  (subject: Subject): string =>
    `arn:aws:${service}:${subject.region}:${subject.account}:${tail(subject)}`

const iamArn = (kind: string) => (subject: Subject) =>
  `arn:aws:iam::${subject.account}:${kind}${String(subject.property('Path') ?? '/')}${nameOf(subject)}`

const functionArn = arn('lambda', (subject) => `function:${nameOf(subject)}`)
const tableArn = arn('dynamodb', (subject) => `table/${nameOf(subject)}`)
const ruleTail = (subject: Subject) => {
  const bus = String(subject.property('EventBusName') ?? 'default')
  return bus === 'default' ? `rule/${nameOf(subject)}` : `rule/${bus.split('/').at(-1)}/${nameOf(subject)}`
}
const upperId = id(9, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')
const poolId = (subject: Subject) => `${subject.region}_${upperId(subject)}`
const providerName = (subject: Subject) => `cognito-idp.${subject.region}.amazonaws.com/${poolId(subject)}`
const table: Kind = {
  name: ['TableName', 255],
  // CloudFormation's label is the moment the stream was made; here it must stay the same over restarts.
  attributes: { Arn: tableArn, StreamArn: (subject) => `${tableArn(subject)}/stream/2025-01-01T00:00:00.000`, TableId: uuid },
}
const version = (subject: Subject) => `${String(subject.property('FunctionName')).replace(/^(?!arn:)/, `${lambdaPrefix(subject)}`)}:1`
const alias = (subject: Subject) =>
  `${String(subject.property('FunctionName')).replace(/^(?!arn:)/, lambdaPrefix(subject))}:${String(subject.property('Name'))}`
const lambdaPrefix = ({ region, account }: Subject) => `arn:aws:lambda:${region}:${account}:function:`
const bucketName = (subject: Subject) => nameOf(subject).toLowerCase()
const secretArn = (subject: Subject) => `${arn('secretsmanager', (s) => `secret:${nameOf(s)}`)(subject)}-${id(6)(subject)}`

/** Every type the local stack knows. */
export const kinds: Record<string, Kind> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::IAM::Role': { name: ['RoleName', 64], attributes: { Arn: iamArn('role'), RoleId: id(21, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567') } },
  'AWS::IAM::Policy': { name: ['PolicyName', 128] },
  'AWS::IAM::ManagedPolicy': { name: ['ManagedPolicyName', 128], ref: iamArn('policy'), attributes: { PolicyArn: iamArn('policy') } },
  'AWS::Lambda::Function': { name: ['FunctionName', 64], attributes: { Arn: functionArn } },
  'AWS::Lambda::Version': { ref: version, attributes: { Version: () => '1', FunctionArn: version } },
  'AWS::Lambda::Alias': { ref: alias, attributes: { AliasArn: alias } },
  'AWS::Lambda::Permission': {},
  'AWS::Lambda::EventInvokeConfig': {},
  'AWS::Lambda::EventSourceMapping': {
    ref: uuid,
    attributes: { Id: uuid, EventSourceMappingArn: arn('lambda', (subject) => `event-source-mapping:${uuid(subject)}`) },
  },
  'AWS::Logs::LogGroup': { name: ['LogGroupName', 512], attributes: { Arn: arn('logs', (subject) => `log-group:${nameOf(subject)}:*`) } },
  'AWS::Events::EventBus': {
    name: ['Name', 256],
    attributes: { Arn: arn('events', (subject) => `event-bus/${nameOf(subject)}`), Name: nameOf },
  },
  'AWS::Events::Rule': { name: ['Name', 64], attributes: { Arn: arn('events', ruleTail) } },
  'AWS::Events::Archive': {
    name: ['ArchiveName', 48],
    attributes: { Arn: arn('events', (subject) => `archive/${nameOf(subject)}`), ArchiveName: nameOf },
  },
  'AWS::Events::EventBusPolicy': {},
  'AWS::SQS::Queue': {
    name: ['QueueName', 80],
    ref: (subject) => `${subject.awsOrigin}/${subject.account}/${nameOf(subject)}`,
    attributes: { Arn: arn('sqs'), QueueName: nameOf, QueueUrl: (subject) => `${subject.awsOrigin}/${subject.account}/${nameOf(subject)}` },
  },
  'AWS::SQS::QueuePolicy': {},
  'AWS::ApiGatewayV2::Api': {
    ref: id(10),
    attributes: { ApiId: id(10), ApiEndpoint: ({ apiOrigin }) => apiOrigin },
  },
  'AWS::ApiGatewayV2::Route': { ref: id(7), attributes: { RouteId: id(7) } },
  'AWS::ApiGatewayV2::Integration': { ref: id(7), attributes: { IntegrationId: id(7) } },
  'AWS::ApiGatewayV2::Authorizer': { ref: id(6), attributes: { AuthorizerId: id(6) } },
  'AWS::ApiGatewayV2::Stage': { name: ['StageName', 128] },
  'AWS::CloudFront::Distribution': {
    ref: id(14, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
    // Callers reach it where they reach the API.
    attributes: { DomainName: ({ apiOrigin }) => apiOrigin.replace(/^https?:\/\//, '') },
  },
  'AWS::Cognito::UserPool': {
    ref: poolId,
    attributes: {
      Arn: arn('cognito-idp', (subject) => `userpool/${poolId(subject)}`),
      UserPoolId: poolId,
      ProviderName: providerName,
      ProviderURL: (subject) => `https://${providerName(subject)}`,
    },
  },
  'AWS::Cognito::UserPoolClient': {
    ref: id(26),
    attributes: { ClientId: id(26), ClientSecret: id(52), Name: (subject) => String(subject.property('ClientName') ?? subject.logicalId) },
  },
  'AWS::Cognito::UserPoolDomain': { name: ['Domain', 63] },
  'AWS::Cognito::UserPoolGroup': { name: ['GroupName', 128] },
  'AWS::Cognito::UserPoolResourceServer': { name: ['Identifier', 256] },
  'AWS::SES::EmailIdentity': { name: ['EmailIdentity', 255] },
  'AWS::SES::ConfigurationSet': { name: ['Name', 64] },
  'AWS::SSM::Parameter': {
    name: ['Name', 1011],
    attributes: { Value: (subject) => String(subject.property('Value')), Type: (subject) => String(subject.property('Type')) },
  },
  'AWS::S3::Bucket': {
    name: ['BucketName', 63],
    ref: bucketName,
    attributes: {
      Arn: (subject) => `arn:aws:s3:::${bucketName(subject)}`,
      DomainName: (subject) => `${bucketName(subject)}.s3.amazonaws.com`,
      RegionalDomainName: (subject) => `${bucketName(subject)}.s3.${subject.region}.amazonaws.com`,
    },
  },
  'AWS::S3::BucketPolicy': {},
  'AWS::SNS::Topic': { name: ['TopicName', 256], ref: arn('sns'), attributes: { TopicArn: arn('sns'), TopicName: nameOf } },
  'AWS::SNS::TopicPolicy': {},
  'AWS::CloudWatch::Alarm': { name: ['AlarmName', 255], attributes: { Arn: arn('cloudwatch', (subject) => `alarm:${nameOf(subject)}`) } },
  'AWS::CloudWatch::CompositeAlarm': {
    name: ['AlarmName', 255],
    attributes: { Arn: arn('cloudwatch', (subject) => `alarm:${nameOf(subject)}`) },
  },
  'AWS::CloudWatch::Dashboard': { name: ['DashboardName', 255] },
  'AWS::SecretsManager::Secret': { name: ['Name', 512], ref: secretArn, attributes: { Id: secretArn } },
  'AWS::KMS::Key': { ref: uuid, attributes: { Arn: arn('kms', (subject) => `key/${uuid(subject)}`), KeyId: uuid } },
  'AWS::KMS::Alias': { name: ['AliasName', 256] },
}

/** Types that change nothing on one machine: they watch, describe or guard what only exists in AWS. */
export const withoutLocalEffect = [
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::AnomalyDetector',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::SNS::Subscription',
  'AWS::SES::ConfigurationSetEventDestination',
  'AWS::WAFv2::WebACL',
  'AWS::WAFv2::WebACLAssociation',
] as const
