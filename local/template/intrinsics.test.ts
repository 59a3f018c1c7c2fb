// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of Fn::Sub look like those of a template string.
import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { noValue, resolve, type Scope } from './intrinsics.ts'

const scope: Scope = {
  ref: (name) => ({ Name: 'orders', Port: 8080, Empty: noValue, Zones: ['a', 'b'] })[name],
  attribute: (logicalId, attribute) => `${logicalId}:${attribute}`,
  condition: (name) => name === 'Yes',
  mapping: (map, first, second) => `${map}/${first}/${second}`,
  importValue: (name) => `imported ${name}`,
  parameterStore: (name) => `stored ${name}`,
}

// The examples of "Intrinsic function reference" in CloudFormation's template reference, with names of our own.
const cases: [title: string, value: unknown, answer: unknown][] = [
  ['Ref', { Ref: 'Name' }, 'orders'],
  ['Ref of a list', { Ref: 'Zones' }, ['a', 'b']],
  ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue:Arn'],
  ['GetAtt with a dot', { 'Fn::GetAtt': 'Queue.Endpoint.Port' }, 'Queue:Endpoint.Port'],
  ['GetAtt whose attribute is a Ref', { 'Fn::GetAtt': ['Queue', { Ref: 'Name' }] }, 'Queue:orders'],
  ['Join', { 'Fn::Join': [':', ['a', 'b', 'c']] }, 'a:b:c'],
  ['Join with nothing between', { 'Fn::Join': ['', ['arn:', { Ref: 'Name' }, 1]] }, 'arn:orders1'],
  ['Join leaves NoValue out', { 'Fn::Join': [',', ['a', { Ref: 'Empty' }, 'b']] }, 'a,b'],
  ['Sub', { 'Fn::Sub': 'arn:${Name}/${Queue.Arn}' }, 'arn:orders/Queue:Arn'],
  ['Sub with variables', { 'Fn::Sub': ['www.${Domain}:${Port}', { Domain: { Ref: 'Name' } }] }, 'www.orders:8080'],
  ['Sub keeps a literal', { 'Fn::Sub': '${!Literal}' }, '${Literal}'],
  ['Select', { 'Fn::Select': ['1', ['apples', 'grapes']] }, 'grapes'],
  ['Split and Select', { 'Fn::Select': [2, { 'Fn::Split': ['|', 'a|b|c'] }] }, 'c'],
  ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${Name}-Id' } }, 'imported orders-Id'],
  ['FindInMap', { 'Fn::FindInMap': ['Regions', { Ref: 'Name' }, 'HVM64'] }, 'Regions/orders/HVM64'],
  ['Base64', { 'Fn::Base64': 'AWS CloudFormation' }, 'QVdTIENsb3VkRm9ybWF0aW9u'],
  ['ToJsonString', { 'Fn::ToJsonString': { name: { Ref: 'Name' } } }, '{"name":"orders"}'],
  ['Length', { 'Fn::Length': { Ref: 'Zones' } }, 2],
  ['If, held', { 'Fn::If': ['Yes', { Ref: 'Name' }, 'no'] }, 'orders'],
  ['If, not held', { 'Fn::If': ['No', { Ref: 'Name' }, 'no'] }, 'no'],
  ['Condition by name', { Condition: 'Yes' }, true],
  [
    'an IAM condition is no condition of the template',
    { Condition: { StringEquals: { a: { Ref: 'Name' } } } },
    { Condition: { StringEquals: { a: 'orders' } } },
  ],
  ['Equals', { 'Fn::Equals': [{ Ref: 'Port' }, '8080'] }, true],
  ['And', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
  ['Or', { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
  ['Not', { 'Fn::Not': [{ Condition: 'No' }] }, true],
  ['a property without value is left out', { a: 1, b: { Ref: 'Empty' } }, { a: 1 }],
  ['a dynamic reference', 'at {{resolve:ssm:/app/url:3}}/x', 'at stored /app/url/x'],
  [
    'a dynamic reference to a secret, by a text of its own',
    '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-central-1:000000000000:secret:a-abcdef}}',
    createHash('sha256').update('arn:aws:secretsmanager:eu-central-1:000000000000:secret:a-abcdef').digest('hex'),
  ],
  ['a dynamic reference put together', { 'Fn::Join': ['', ['{{resolve:ssm:', '/app/url}}']] }, 'stored /app/url'],
  ['a null', null, null],
]

describe('intrinsic functions answer as CloudFormation does', () => {
  test.each(cases)('%s', (_, value, answer) => expect(resolve(value, scope)).toEqual(answer))
})

describe('what cannot be answered is refused', () => {
  test.each([
    [{ 'Fn::GetAZs': '' }, 'unknown intrinsic function Fn::GetAZs'],
    ['{{resolve:secretsmanager:key}}', 'the dynamic reference {{resolve:secretsmanager:key}} cannot be answered locally'],
    [{ 'Fn::Select': ['5', ['a']] }, 'Fn::Select finds no element 5 in ["a"]'],
    [{ 'Fn::Join': [',', 'no list'] }, 'a list was expected, not "no list"'],
    [{ 'Fn::Sub': '${Zones}' }, 'a text was expected, not ["a","b"]'],
  ])('%j', (value, message) => expect(() => resolve(value, scope)).toThrow(message))
})
