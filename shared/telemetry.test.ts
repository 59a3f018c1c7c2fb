import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { masked } from './telemetry.ts'

test.each([
  ['User ada@example.com is unknown', 'User a***@e*** is unknown'],
  ['<ada.lovelace+x@mail.example.co.nz>,"bob@b.io"', '<a***@m***>,"b***@b***"'],
  ['call +6421123456 or +14155550123.', 'call +64*** or +14***.'],
  ['no address @ here, 2+2=4, +1', 'no address @ here, 2+2=4, +1'],
])('%j is logged as %j', (text, logged) => {
  expect(masked(text)).toBe(logged)
})

test('no address of the usual form passes, whatever stands around it', () => {
  fc.assert(
    fc.property(fc.emailAddress({ size: 'small' }), fc.constantFrom('', ' ', '"', '(', ': '), (mail, around) => {
      expect(masked(`${around}${mail}${around}`)).not.toContain(mail.slice(0, mail.indexOf('.', mail.indexOf('@'))))
    }),
  )
})

test('the paths of a stack stay readable', () => {
  const line = 'at send (/var/task/node_modules/@aws-sdk/core/dist-cjs/index.js:12:3)'
  expect(masked(line)).toBe(line)
})

test('a megabyte without an address takes no time to speak of', () => {
  const text = 'a.'.repeat(500_000)
  const startedMs = performance.now()
  expect(masked(text)).toBe(text)
  expect(masked(`${text}@`)).toBe(`${text}@`)
  expect(performance.now() - startedMs).toBeLessThan(5_000)
})
