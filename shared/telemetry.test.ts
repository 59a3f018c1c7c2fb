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
  const usual = fc.emailAddress({ size: 'small' }).filter((mail) => /^[\w.+-]+@/.test(mail))
  fc.assert(
    fc.property(usual, fc.constantFrom('', ' ', '"', '(', ': '), (mail, around) => {
      expect(masked(`${around}${mail}${around}`)).not.toContain(mail.slice(0, mail.indexOf('@') + 2))
    }),
  )
})

test('the paths of a stack stay readable', () => {
  const line = 'at send (/var/task/node_modules/@aws-sdk/core/dist-cjs/index.js:12:3)'
  expect(masked(line)).toBe(line)
})
