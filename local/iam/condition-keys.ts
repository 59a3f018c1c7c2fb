/** Condition keys that the local stack supplies; a policy that asks for another one would be judged wrongly, so it is refused. */
const singleValued = [
  'aws:CurrentTime',
  'aws:EpochTime',
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalIsAWSService',
  'aws:PrincipalServiceName',
  'aws:PrincipalTag/*',
  'aws:PrincipalType',
  'aws:RequestTag/*',
  'aws:RequestedRegion',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:SourceIp',
  'aws:ViaAWSService',
  'dynamodb:EnclosingOperation',
  'dynamodb:ReturnConsumedCapacity',
  'dynamodb:ReturnValues',
  'dynamodb:Select',
  'events:detail-type',
  'events:source',
  's3:authType',
  's3:signatureAge',
  'ses:FromAddress',
  'ses:FromDisplayName',
  'sts:ExternalId',
  'sts:RoleSessionName',
]
const multiValued = ['aws:TagKeys', 'dynamodb:Attributes', 'dynamodb:LeadingKeys', 'ses:Recipients', 'sts:TransitiveTagKeys']

const named = (names: string[], key: string): boolean =>
  names.some((name) => (name.endsWith('/*') ? key.startsWith(name.slice(0, -1).toLowerCase()) : key === name.toLowerCase()))

export function isKnownKey(key: string): boolean {
  return named(singleValued, key.toLowerCase()) || named(multiValued, key.toLowerCase())
}

export function isMultiValued(key: string): boolean {
  return named(multiValued, key.toLowerCase())
}
