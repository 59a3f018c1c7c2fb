import { describe, expect, test } from '@jest/globals'
import { variable } from '../aws/test-deployment.ts'
import { compileConditions } from './conditions.ts'
import type { Context } from './pattern.ts'

const contextOf = (values: Record<string, string[]>): Context => {
  const lower = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]))
  return (key) => lower.get(key.toLowerCase())
}
const holds = (condition: unknown, values: Record<string, string[]>) =>
  compileConditions(condition, true).every((each) => each(contextOf(values)))

type Case = [condition: Record<string, unknown>, values: Record<string, string[]>, holds: boolean]

const tag = (value: string) => ({ 'aws:PrincipalTag/job-category': [value] })
const keys = (...values: string[]) => ({ 'dynamodb:LeadingKeys': values })

// IAM User Guide, "IAM JSON policy elements: Condition operators" (reference_policies_elements_condition_operators).
const operators: Case[] = [
  [{ StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, tag('iamuser-admin'), true],
  [{ StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, tag('IamUser-Admin'), false],
  [{ StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, {}, false],
  [{ StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-*' } }, tag('iamuser-admin'), false],
  [{ StringEquals: { 'AWS:principaltag/JOB-category': 'iamuser-admin' } }, tag('iamuser-admin'), true],
  [{ StringEquals: { 'aws:PrincipalTag/job-category': ['a', 'b'] } }, tag('b'), true],
  [{ StringNotEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, tag('other'), true],
  [{ StringNotEquals: { 'aws:PrincipalTag/job-category': ['a', 'b'] } }, tag('b'), false],
  [{ StringNotEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, {}, true],
  [{ StringEqualsIgnoreCase: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, tag('IamUser-ADMIN'), true],
  [{ StringNotEqualsIgnoreCase: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, tag('IamUser-ADMIN'), false],
  [{ StringLike: { 'aws:PrincipalTag/job-category': 'iamuser-?dmin*' } }, tag('iamuser-admin:x/y'), true],
  [{ StringLike: { 'aws:PrincipalTag/job-category': 'iamuser-?dmin*' } }, tag('iamuser-dmin'), false],
  [{ StringNotLike: { 'aws:PrincipalTag/job-category': 'a*' } }, tag('abc'), false],
  [{ StringNotLike: { 'aws:PrincipalTag/job-category': 'a*' } }, tag('cba'), true],
  [{ NumericLessThanEquals: { 'aws:EpochTime': '10' } }, { 'aws:EpochTime': ['10'] }, true],
  [{ NumericLessThan: { 'aws:EpochTime': '10' } }, { 'aws:EpochTime': ['10'] }, false],
  [{ NumericGreaterThan: { 'aws:EpochTime': 9 } }, { 'aws:EpochTime': ['10'] }, true],
  [{ NumericGreaterThanEquals: { 'aws:EpochTime': '11' } }, { 'aws:EpochTime': ['10'] }, false],
  [{ NumericEquals: { 'aws:EpochTime': '10.0' } }, { 'aws:EpochTime': ['10'] }, true],
  [{ NumericNotEquals: { 'aws:EpochTime': '10' } }, { 'aws:EpochTime': ['10'] }, false],
  [{ NumericEquals: { 'aws:EpochTime': '10' } }, { 'aws:EpochTime': ['ten'] }, false],
  [{ DateGreaterThan: { 'aws:CurrentTime': '2020-04-01T00:00:00Z' } }, { 'aws:CurrentTime': ['2020-04-01T00:00:01Z'] }, true],
  [{ DateLessThan: { 'aws:CurrentTime': '2020-06-30' } }, { 'aws:CurrentTime': ['2020-07-01T00:00:00Z'] }, false],
  [{ DateEquals: { 'aws:CurrentTime': '1585699200' } }, { 'aws:CurrentTime': ['2020-04-01T00:00:00Z'] }, true],
  [{ DateNotEquals: { 'aws:CurrentTime': '2020-04-01' } }, { 'aws:CurrentTime': ['2020-04-01T00:00:00Z'] }, false],
  [{ Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:SecureTransport': ['true'] }, true],
  [{ Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': ['true'] }, false],
  [{ Bool: { 'aws:SecureTransport': 'false' } }, {}, false],
  [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': ['203.0.113.77'] }, true],
  [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': ['203.0.114.1'] }, false],
  [{ IpAddress: { 'aws:SourceIp': '203.0.113.7' } }, { 'aws:SourceIp': ['203.0.113.7'] }, true],
  [{ IpAddress: { 'aws:SourceIp': '2001:DB8:1234:5678::/64' } }, { 'aws:SourceIp': ['2001:db8:1234:5678::1'] }, true],
  [{ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': ['203.0.113.77'] }, false],
  [{ ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:*:123456789012:t' } }, { 'aws:SourceArn': ['arn:aws:sns:eu-west-1:123456789012:t'] }, true],
  [{ ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:t' } }, { 'aws:SourceArn': ['arn:aws:sns:eu-west-1:123456789012:t'] }, false],
  [{ ArnNotLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:t' } }, { 'aws:SourceArn': ['arn:aws:sns:eu-west-1:123456789012:t'] }, false],
  [{ ArnNotEquals: { 'aws:SourceArn': 'arn:aws:sns:*:*:t' } }, { 'aws:SourceArn': ['arn:aws:sqs:eu-west-1:123456789012:t'] }, true],
  [{ Null: { 'aws:PrincipalTag/job-category': 'true' } }, {}, true],
  [{ Null: { 'aws:PrincipalTag/job-category': 'false' } }, {}, false],
  [{ Null: { 'aws:PrincipalTag/job-category': false } }, tag('x'), true],
  [{ StringEqualsIfExists: { 'aws:PrincipalTag/job-category': 'a' } }, {}, true],
  [{ StringEqualsIfExists: { 'aws:PrincipalTag/job-category': 'a' } }, tag('b'), false],
  [{ StringEquals: { 'aws:PrincipalTag/job-category': 'a' }, Bool: { 'aws:SecureTransport': 'true' } }, tag('a'), false],
]

// IAM User Guide, "Set operators for multivalued context keys" (reference_policies_condition-single-vs-multi-valued-context-keys).
const sets: Case[] = [
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['environment', 'cost-center'] } }, { 'aws:TagKeys': ['environment'] }, true],
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['environment'] } }, { 'aws:TagKeys': ['environment', 'other'] }, false],
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['environment'] } }, {}, true],
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['environment'] }, Null: { 'aws:TagKeys': 'false' } }, {}, false],
  [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['environment'] } }, { 'aws:TagKeys': ['environment', 'other'] }, true],
  [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['environment'] } }, { 'aws:TagKeys': ['other'] }, false],
  [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['environment'] } }, {}, false],
  [{ 'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['environment'] } }, {}, false],
  [{ 'ForAllValues:StringNotLike': { 'aws:TagKeys': 'secret*' } }, { 'aws:TagKeys': ['a', 'secret-b'] }, false],
  [{ 'ForAnyValue:StringNotLike': { 'aws:TagKeys': 'secret*' } }, { 'aws:TagKeys': ['a', 'secret-b'] }, true],
]

// Amazon DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control", example 3.
const byAttributes = {
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'status', 'version'] },
  StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'] },
  Null: { 'dynamodb:Attributes': 'false' },
}
const named = (...attributes: string[]) => ({ 'dynamodb:Attributes': attributes })
const attributes: Case[] = [
  [byAttributes, named('pk', 'sk', 'status'), true],
  [byAttributes, named('pk', 'sk', 'status', 'version'), true],
  [byAttributes, named('pk', 'sk', 'status', 'personId'), false],
  [byAttributes, named('pk', 'sk', 'Status'), false],
  [byAttributes, {}, false],
  [byAttributes, { ...named('pk', 'sk'), 'dynamodb:ReturnValues': ['UPDATED_NEW'] }, true],
  [byAttributes, { ...named('pk', 'sk'), 'dynamodb:ReturnValues': ['NONE'] }, true],
  [byAttributes, { ...named('pk', 'sk'), 'dynamodb:ReturnValues': ['ALL_OLD'] }, false],
  [byAttributes, { ...named('pk', 'sk'), 'dynamodb:ReturnValues': ['ALL_NEW'] }, false],
]

// IAM User Guide, "IAM policy elements: Variables and tags" (reference_policies_variables).
const ofTenant = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`TENANT#${variable('aws:PrincipalTag/tenant')}#*`] } }
const withDefault = { StringEquals: { 'aws:RequestTag/team': variable("aws:PrincipalTag/team, 'company-wide'") } }
const variables: Case[] = [
  [ofTenant, { ...keys('TENANT#a#USER'), 'aws:PrincipalTag/tenant': ['a'] }, true],
  [ofTenant, { ...keys('TENANT#a#USER', 'TENANT#b#USER'), 'aws:PrincipalTag/tenant': ['a'] }, false],
  [ofTenant, { ...keys('TENANT#ab#USER'), 'aws:PrincipalTag/tenant': ['a'] }, false],
  [ofTenant, keys('TENANT##USER'), false],
  [ofTenant, { ...keys('TENANT#b#USER'), 'aws:PrincipalTag/tenant': ['*'] }, false],
  [{ StringNotEquals: { 'aws:RequestTag/team': variable('aws:PrincipalTag/team') } }, { 'aws:RequestTag/team': ['x'] }, false],
  [withDefault, { 'aws:RequestTag/team': ['company-wide'] }, true],
  [withDefault, { 'aws:RequestTag/team': ['company-wide'], 'aws:PrincipalTag/team': ['a'] }, false],
  [
    { StringLike: { 'aws:RequestTag/team': `${variable('*')}a${variable('?')}${variable('$')}*` } },
    { 'aws:RequestTag/team': ['*a?$rest'] },
    true,
  ],
  [{ StringLike: { 'aws:RequestTag/team': `${variable('*')}a` } }, { 'aws:RequestTag/team': ['xa'] }, false],
]

describe.each([
  ['a condition operator', operators],
  ['a set operator', sets],
  ['a policy by attributes', attributes],
  ['a policy variable', variables],
])('%s', (_name, cases) => {
  test.each(
    cases.map(([condition, values, expected]) => [JSON.stringify(condition), JSON.stringify(values), expected, condition, values] as const),
  )('%s on %s: %s', (_condition, _values, expected, condition, values) => expect(holds(condition, values)).toBe(expected))
})

test('in a policy older than 2012-10-17 a variable is plain text', () => {
  const conditions = compileConditions({ StringEquals: { 'aws:RequestTag/team': variable('aws:PrincipalTag/team') } }, false)
  const texts = [variable('aws:PrincipalTag/team'), 'a']
  const answers = texts.map((text) => conditions[0]?.(contextOf({ 'aws:RequestTag/team': [text], 'aws:PrincipalTag/team': ['a'] })))
  expect(answers).toEqual([true, false])
})

const refused: Array<[what: string, condition: unknown, message: string]> = [
  ['an unknown operator', { StringMatches: { 'aws:SourceIp': 'x' } }, 'unknown condition operator StringMatches'],
  ['an unknown quantifier', { 'ForSome:StringLike': { 'aws:SourceIp': 'x' } }, 'unknown condition operator'],
  ['a key nobody supplies', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'aws:PrincipalOrgID'],
  ['a variable nobody supplies', { StringEquals: { 'aws:SourceIp': variable('aws:username') } }, 'aws:username'],
  ['an unreadable variable', { StringEquals: { 'aws:SourceIp': variable('a b') } }, 'cannot read'],
  ['a variable in a number', { NumericEquals: { 'aws:EpochTime': variable('aws:EpochTime') } }, 'only string and ARN operators'],
  ['many values without a set operator', { StringLike: { 'dynamodb:LeadingKeys': 'x' } }, 'needs ForAllValues: or ForAnyValue:'],
  ['a number that is none', { NumericEquals: { 'aws:EpochTime': '' } }, 'cannot compare'],
  ['a date that is none', { DateEquals: { 'aws:CurrentTime': 'soon' } }, 'cannot compare'],
  ['a truth that is none', { Bool: { 'aws:SecureTransport': 'yes' } }, 'neither true nor false'],
  ['an address that is none', { IpAddress: { 'aws:SourceIp': 'home' } }, 'no address'],
  ['Null with another word', { Null: { 'aws:SourceIp': 'maybe' } }, 'must be "true" or "false"'],
  ['Null with IfExists', { NullIfExists: { 'aws:SourceIp': 'true' } }, 'unknown condition operator'],
  ['a value that is no text', { StringEquals: { 'aws:SourceIp': { a: 1 } } }, 'is no text'],
  ['a list for an object', { StringEquals: [] }, 'must be an object'],
]

test.each(refused)('%s is refused when the policy is loaded', (_what, condition, message) => {
  expect(() => compileConditions(condition, true)).toThrow(message)
})
