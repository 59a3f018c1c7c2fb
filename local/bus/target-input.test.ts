import { describe, expect, test } from '@jest/globals'
import { targetInput, valueAt } from './target-input.ts'

const event = {
  id: 'e1',
  time: '2026-01-01T00:00:00Z',
  resources: ['r0', 'r1'],
  detail: { state: 'say "hi"', count: 3, nested: { ok: true } },
}
const rule = { name: 'rule', arn: 'arn:aws:events:eu-central-1:0:rule/rule' }
const transformed = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) =>
  targetInput({ InputTransformer: { InputTemplate, InputPathsMap } }, event, rule)

describe('what a target receives', () => {
  test('the whole event unless the rule says otherwise', () => {
    expect(JSON.parse(targetInput({}, event, rule))).toEqual(event)
  })
  test('a constant', () => {
    expect(targetInput({ Input: '{"job":"sweep"}' }, event, rule)).toBe('{"job":"sweep"}')
  })
  test('a part of the event', () => {
    expect(JSON.parse(targetInput({ InputPath: '$.detail' }, event, rule))).toEqual(event.detail)
    expect(targetInput({ InputPath: '$.detail.absent' }, event, rule)).toBe('null')
  })
  test('a template: JSON outside quotes, escaped text inside', () => {
    const paths = { state: '$.detail.state', count: '$.detail.count', nested: '$.detail.nested', none: '$.nothing' }
    const text = transformed(
      '{"state": <state>, "n": <count>, "o": <nested>, "s": "it is <state>, <nested>, \\"<unknown>\\"<none>"}',
      paths,
    )
    expect(JSON.parse(text)).toEqual({ state: 'say "hi"', n: 3, o: { ok: true }, s: 'it is say "hi", {"ok":true}, "<unknown>"' })
  })
  test('the variables EventBridge reserves', () => {
    expect(JSON.parse(transformed('{"rule": <aws.events.rule-name>, "event": <aws.events.event>}'))).toEqual({ rule: 'rule', event })
  })
  test('paths go through objects and arrays; others are refused', () => {
    expect(valueAt(event, '$')).toBe(event)
    expect(valueAt(event, '$.resources[1]')).toBe('r1')
    expect(valueAt(event, '$.id.deeper')).toBeUndefined()
    expect(() => valueAt(event, '$..id')).toThrow('reads no input path')
  })
})
