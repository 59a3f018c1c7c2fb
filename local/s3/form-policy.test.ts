import { describe, expect, test } from '@jest/globals'
import { checkPolicy } from './form-policy.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const formOf = (conditions: unknown, fields: Record<string, string>, expiration: unknown = '2026-01-01T00:05:00.000Z') =>
  new Map(Object.entries({ ...fields, policy: Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64') }))
const check = (conditions: unknown, fields: Record<string, string>, expiration?: unknown) =>
  checkPolicy(formOf(conditions, fields, expiration), 'johnsmith', NOW)

// Conditions and their meaning as in "POST Policy", Amazon S3 API Reference.
describe('a condition', () => {
  test.each<[unknown, Record<string, string>]>([
    [[{ acl: 'public-read' }], { acl: 'public-read' }],
    [[['eq', '$acl', 'public-read']], { acl: 'public-read' }],
    [[['starts-with', '$key', 'user/user1/']], { key: 'user/user1/photo' }],
    [[['starts-with', '$key', '']], { key: 'anything' }],
    [[{ bucket: 'johnsmith' }], {}],
    [[['starts-with', '$Content-Type', 'image/']], { 'content-type': 'image/png' }],
    [[{ acl: 'public-read' }], { acl: 'public-read', 'x-ignore-me': 'x', 'x-amz-signature': 'y', file: 'z' }],
  ])('%j holds for %j', (conditions, fields) => expect(() => check(conditions, fields)).not.toThrow())

  test.each<[unknown, Record<string, string>, string]>([
    [[{ acl: 'public-read' }], { acl: 'private' }, 'Policy Condition failed: ["eq","$acl","public-read"]'],
    [[{ acl: 'public-read' }], {}, 'Policy Condition failed'],
    [[['eq', '$key', 'a']], { key: 'ab' }, 'Policy Condition failed: ["eq","$key","a"]'],
    [[['starts-with', '$key', 'user/user1/']], { key: 'user/user10/x' }, 'Policy Condition failed'],
    [[{ bucket: 'other' }], {}, 'Policy Condition failed'],
    [[], { key: 'a' }, 'Extra input fields: key'],
    [[{ key: 'a' }, { acl: 'private' }], { key: 'a', acl: 'public-read' }, 'Policy Condition failed'],
  ])('%j does not hold for %j', (conditions, fields, message) => {
    expect(() => check(conditions, fields)).toThrow(expect.objectContaining({ code: 'AccessDenied', status: 403 }))
    expect(() => check(conditions, fields)).toThrow(`Invalid according to Policy: ${message}`)
  })
})

test('how long a file may be is said by the range, and is 5 GB without one', () => {
  expect(check([['content-length-range', 1, 10]], {})).toEqual({ min: 1, max: 10 })
  expect(check([], {})).toEqual({ min: 0, max: 5_368_709_120 })
})

test('a policy ends at its moment', () => {
  expect(() => check([], {}, '2026-01-01T00:00:00.001Z')).not.toThrow()
  expect(() => check([], {}, '2026-01-01T00:00:00.000Z')).toThrow('Invalid according to Policy: Policy expired.')
})

test.each([
  { what: 'an end that is no time', conditions: [], expiration: 'soon' },
  { what: 'no conditions', conditions: undefined },
  { what: 'a condition of another kind', conditions: [['ends-with', '$key', 'x']] },
  { what: 'a condition that is none', conditions: ['x'] },
])('a policy with $what is malformed', ({ conditions, expiration }) => {
  expect(() => check(conditions, {}, expiration)).toThrow(expect.objectContaining({ code: 'InvalidPolicyDocument' }))
})

test.each(['', 'e30', 'bm8='])('%j is no policy', (policy) => {
  expect(() => checkPolicy(new Map([['policy', policy]]), 'b', NOW)).toThrow(expect.objectContaining({ code: 'InvalidPolicyDocument' }))
})
