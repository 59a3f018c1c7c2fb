import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { compilePattern } from './pattern.ts'
import { wildcard } from './wildcard.ts'

/** The event that AWS's guide matches its examples against ("Creating Amazon EventBridge event patterns"). */
const ec2 = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '111122223333',
  time: '2017-12-22T18:43:48Z',
  region: 'us-west-1',
  resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'],
  detail: { 'instance-id': 'i-1234567890abcdef0', state: 'terminated', 'c-count': 5, 'd-count': 3, 'x-limit': 301.8 },
}

/** From the guide's pages on event patterns, comparison operators, arrays, and null values: [what, pattern, event, matches]. */
const cases: [string, object, object, boolean][] = [
  [
    'three requirements together',
    { source: ['aws.ec2'], 'detail-type': ['EC2 Instance State-change Notification'], detail: { state: ['terminated'] } },
    ec2,
    true,
  ],
  ['one of them not met', { source: ['aws.ec2'], detail: { state: ['running'] } }, ec2, false],
  ['any value of the list', { detail: { state: ['running', 'terminated'] } }, ec2, true],
  ['fields the pattern does not name are ignored', { region: ['us-west-1'] }, ec2, true],
  ['matching is exact, case included', { detail: { state: ['Terminated'] } }, ec2, false],
  ['a number is not the text of it', { detail: { 'c-count': ['5'] } }, ec2, false],
  ['a number', { detail: { 'c-count': [5] } }, ec2, true],
  [
    'the event array and the pattern array intersect',
    { resources: ['arn:aws:ec2:us-east-1::image/ami-12345678', ec2.resources[0]] },
    ec2,
    true,
  ],
  ['the event array and the pattern array do not intersect', { resources: ['arn:aws:ec2:us-east-1::image/ami-12345678'] }, ec2, false],
  ['an empty string', { detail: { version: [''] } }, { detail: { version: '' } }, true],
  ['null', { detail: { responseElements: [null] } }, { detail: { responseElements: null } }, true],
  ['null is not an empty string', { detail: { responseElements: [null] } }, { detail: { responseElements: '' } }, false],
  ['null is not absence', { detail: { responseElements: [null] } }, { detail: {} }, false],
  ['true', { detail: { ok: [true] } }, { detail: { ok: true } }, true],
  ['prefix', { time: [{ prefix: '2017-12-22' }] }, ec2, true],
  ['prefix not met', { time: [{ prefix: '2017-10-02' }] }, ec2, false],
  [
    'prefix ignoring case',
    { detail: { service: [{ prefix: { 'equals-ignore-case': 'EventB' } }] } },
    { detail: { service: 'eventbridge' } },
    true,
  ],
  ['prefix of a number', { detail: { n: [{ prefix: '1' }] } }, { detail: { n: 12 } }, false],
  ['suffix', { FileName: [{ suffix: '.png' }] }, { FileName: 'a.png' }, true],
  ['suffix not met', { FileName: [{ suffix: '.png' }] }, { FileName: 'a.png.zip' }, false],
  ['suffix ignoring case', { FileName: [{ suffix: { 'equals-ignore-case': '.png' } }] }, { FileName: 'A.PNG' }, true],
  ['equals ignoring case', { 'detail-type': [{ 'equals-ignore-case': 'ec2 instance state-change notification' }] }, ec2, true],
  ['anything but', { detail: { state: [{ 'anything-but': 'initializing' }] } }, ec2, true],
  ['anything but, met', { detail: { state: [{ 'anything-but': 'terminated' }] } }, ec2, false],
  ['anything but a number', { detail: { 'x-limit': [{ 'anything-but': 123 }] } }, ec2, true],
  ['anything but a list', { detail: { state: [{ 'anything-but': ['stopped', 'overloaded'] }] } }, ec2, true],
  ['anything but a list, met', { detail: { state: [{ 'anything-but': ['stopped', 'terminated'] }] } }, ec2, false],
  ['anything but a list of numbers', { detail: { 'x-limit': [{ 'anything-but': [100, 200, 301.8] }] } }, ec2, false],
  ['anything but needs the field', { detail: { phase: [{ 'anything-but': 'x' }] } }, ec2, false],
  [
    'anything but, ignoring case',
    { detail: { state: [{ 'anything-but': { 'equals-ignore-case': ['INITIALIZING', 'Terminated'] } }] } },
    ec2,
    false,
  ],
  [
    'anything but, ignoring case, another',
    { detail: { state: [{ 'anything-but': { 'equals-ignore-case': 'INITIALIZING' } }] } },
    ec2,
    true,
  ],
  ['anything but a prefix', { detail: { state: [{ 'anything-but': { prefix: 'init' } }] } }, ec2, true],
  ['anything but a prefix, met', { detail: { state: [{ 'anything-but': { prefix: ['init', 'term'] } }] } }, ec2, false],
  ['anything but a suffix', { FileName: [{ 'anything-but': { suffix: ['.txt', '.rtf'] } }] }, { FileName: 'a.png' }, true],
  ['anything but a suffix, met', { FileName: [{ 'anything-but': { suffix: '.txt' } }] }, { FileName: 'a.txt' }, false],
  ['anything but a wildcard', { FilePath: [{ 'anything-but': { wildcard: '*/lib/*' } }] }, { FilePath: '/usr/bin/x' }, true],
  [
    'anything but a wildcard, met',
    { FilePath: [{ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }] },
    { FilePath: '/usr/bin/x' },
    false,
  ],
  ['a numeric range', { detail: { 'c-count': [{ numeric: ['>', 0, '<=', 5] }] } }, ec2, true],
  ['numeric, open bound', { detail: { 'c-count': [{ numeric: ['>', 0, '<', 5] }] } }, ec2, false],
  ['numeric, less', { detail: { 'd-count': [{ numeric: ['<', 10] }] } }, ec2, true],
  ['numeric, at least', { detail: { 'd-count': [{ numeric: ['>=', 4] }] } }, ec2, false],
  ['numeric, equal in another notation', { detail: { 'x-limit': [{ numeric: ['=', 3.018e2] }] } }, ec2, true],
  ['numeric on a text', { detail: { state: [{ numeric: ['>', 0] }] } }, ec2, false],
  ['cidr', { detail: { sourceIPAddress: [{ cidr: '10.0.0.0/24' }] } }, { detail: { sourceIPAddress: '10.0.0.255' } }, true],
  ['cidr, outside', { detail: { sourceIPAddress: [{ cidr: '10.0.0.0/24' }] } }, { detail: { sourceIPAddress: '10.0.1.0' } }, false],
  ['cidr of version 6', { detail: { ip: [{ cidr: '2001:db8::/32' }] } }, { detail: { ip: '2001:db8:1::1' } }, true],
  ['cidr on a text', { detail: { ip: [{ cidr: '10.0.0.0/24' }] } }, { detail: { ip: 'home' } }, false],
  ['exists', { detail: { state: [{ exists: true }] } }, ec2, true],
  ['exists needs the field', { detail: { phase: [{ exists: true }] } }, ec2, false],
  ['exists works on leaf nodes only', { detail: [{ exists: true }] }, ec2, false],
  ['exists, also null', { detail: { x: [{ exists: true }] } }, { detail: { x: null } }, true],
  ['does not exist', { detail: { 'c-count': [{ exists: false }] } }, { detail: { state: 'x' } }, true],
  ['does not exist, nor its parent', { detail: { 'c-count': [{ exists: false }] } }, { source: 'x' }, true],
  ['does not exist, but is there', { detail: { 'c-count': [{ exists: false }] } }, ec2, false],
  ['a value or absence', { detail: { 'c-count': [5, { exists: false }] } }, { detail: {} }, true],
  [
    'wildcard',
    { EventBusArn: [{ wildcard: 'arn:aws:events:*:*:event-bus/my*' }] },
    { EventBusArn: 'arn:aws:events:us-east-1:1:event-bus/myFirst' },
    true,
  ],
  ['wildcard in a folder', { FileName: [{ wildcard: 'dir/*.png' }] }, { FileName: 'dir/a/b.png' }, true],
  ['wildcard, not met', { FileName: [{ wildcard: 'dir/*.png' }] }, { FileName: 'other/a.png' }, false],
  ['wildcard with an escaped star', { FileName: [{ wildcard: 'a\\**' }] }, { FileName: 'a*b' }, true],
  ['wildcard with an escaped star, not met', { FileName: [{ wildcard: 'a\\**' }] }, { FileName: 'ab' }, false],
  [
    '$or, third alternative',
    { detail: { $or: [{ 'c-count': [{ numeric: ['>', 9] }] }, { 'd-count': [9] }, { 'x-limit': [{ numeric: ['=', 3.018e2] }] }] } },
    ec2,
    true,
  ],
  ['$or, none', { detail: { $or: [{ 'c-count': [0] }, { 'd-count': [0] }] } }, ec2, false],
  ['$or beside another field', { source: ['aws.s3'], $or: [{ region: ['us-west-1'] }, { account: ['x'] }] }, ec2, false],
  ['several operators for one field', { detail: { state: [{ prefix: 'x' }, { 'anything-but': 'y' }] } }, ec2, true],
  [
    'objects in an array match as one',
    { people: { first: ['Ada'], last: ['Hopper'] } },
    {
      people: [
        { first: 'Ada', last: 'Lovelace' },
        { first: 'Grace', last: 'Hopper' },
      ],
    },
    false,
  ],
  [
    'an object in an array matches',
    { people: { first: ['Grace'], last: ['Hopper'] } },
    {
      people: [
        { first: 'Ada', last: 'Lovelace' },
        { first: 'Grace', last: 'Hopper' },
      ],
    },
    true,
  ],
  ['an empty array has no value', { tags: [{ exists: false }] }, { tags: [] }, true],
  ['an inherited name is no field', { toString: [{ exists: false }] }, {}, true],
]

/** What EventBridge refuses, with a part of the reason. */
const invalid: [string, unknown, string][] = [
  ['no JSON', '{', 'not JSON'],
  ['a text', '"x"', 'must be an object'],
  ['an empty pattern', {}, 'Empty objects'],
  ['an empty nested pattern', { detail: {} }, 'Empty objects are not allowed at $.detail'],
  ['an empty array', { source: [] }, 'Empty arrays'],
  ['a bare value', { source: 'x' }, '$.source must be an object or an array'],
  ['an unknown operator', { source: [{ like: 'x' }] }, 'Unrecognized match type like'],
  ['two operators in one object', { source: [{ prefix: 'x', suffix: 'y' }] }, 'Only one key'],
  ['an array in an array', { source: [['x']] }, 'Only one key'],
  ['prefix of a number', { source: [{ prefix: 1 }] }, 'Only one key'],
  ['prefix of another operator', { source: [{ prefix: { wildcard: 'x' } }] }, 'Unsupported prefix pattern'],
  ['ignoring the case of a number', { source: [{ 'equals-ignore-case': 1 }] }, 'must be a string'],
  ['exists with a text', { source: [{ exists: 'yes' }] }, 'either true or false'],
  ['numeric without array', { n: [{ numeric: 5 }] }, 'numeric match'],
  ['numeric with an unknown operator', { n: [{ numeric: ['!', 5] }] }, 'Unrecognized numeric'],
  ['numeric with a text', { n: [{ numeric: ['>', '5'] }] }, 'must be a number'],
  ['numeric out of range', { n: [{ numeric: ['>', 6e9] }] }, 'must be a number between'],
  ['numeric with two lower bounds', { n: [{ numeric: ['>', 5, '>', 6] }] }, 'Bad numeric range'],
  ['numeric upside down', { n: [{ numeric: ['>', 6, '<', 5] }] }, 'Bottom must be less'],
  ['a malformed cidr', { ip: [{ cidr: '10.0.0.0' }] }, 'Malformed CIDR'],
  ['a cidr with too many bits', { ip: [{ cidr: '10.0.0.0/33' }] }, 'Malformed CIDR'],
  ['anything but nothing', { x: [{ 'anything-but': [] }] }, 'Empty arrays'],
  ['anything but mixed types', { x: [{ 'anything-but': ['a', 1] }] }, 'all values are strings or all are numbers'],
  ['anything but null', { x: [{ 'anything-but': null }] }, 'all values are strings or all are numbers'],
  ['anything but numeric', { x: [{ 'anything-but': { numeric: ['>', 1] } }] }, 'Unsupported anything-but'],
  ['anything but no prefix', { x: [{ 'anything-but': { prefix: [] } }] }, 'Empty arrays'],
  ['anything but a numeric prefix', { x: [{ 'anything-but': { prefix: 1 } }] }, 'must be a string'],
  ['two wildcards in a row', { x: [{ wildcard: 'a**b' }] }, 'Consecutive wildcard'],
  ['an unknown escape', { x: [{ wildcard: 'a\\b' }] }, 'Invalid escape'],
  ['$or of one', { $or: [{ x: [1] }] }, 'at least two'],
  ['$or without array', { $or: { x: [1] } }, 'at least two'],
]

describe('event patterns', () => {
  test.each(cases)('%s', (_, pattern, event, matches) => {
    expect(compilePattern(pattern)(event)).toBe(matches)
    expect(compilePattern(JSON.stringify(pattern))(event)).toBe(matches)
  })
  test.each(invalid)('refused: %s', (_, pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(reason)
  })

  test('a wildcard pattern matches what the equal regular expression matches', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 })
    const pattern = fc
      .array(
        letters.filter((part) => part !== ''),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => parts.join('*'))
    fc.assert(
      fc.property(pattern, letters, fc.boolean(), fc.boolean(), (middle, value, open, end) => {
        const text = `${open ? '*' : ''}${middle}${end ? '*' : ''}`
        expect(wildcard(text, '$')(value)).toBe(new RegExp(`^${text.replaceAll('*', '.*')}$`).test(value))
      }),
      { numRuns: 500 },
    )
  })
})
