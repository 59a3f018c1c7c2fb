import { expect, test } from '@jest/globals'
import { deviceOf } from './device.ts'

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
    'Edge on Windows',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1', 'Safari on iPhone'],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36', 'Chrome on Android'],
  ['SomeApp (iPad)', 'iPad'],
  ['Firefox/1.0', 'Firefox'],
  ['curl/8.5.0', 'curl'],
  ['', 'Unknown device'],
])('%j is recognized as %s', (userAgent, device) => expect(deviceOf(userAgent)).toBe(device))

test.each([
  'secure-login.evil.example',
  'Security alert www.evil.example/1.0',
  'sign in at 192.0.2.1',
  `${'x'.repeat(30)}.evil.example`,
])('%j, which a mail program would make a link of, is not repeated', (userAgent) => expect(deviceOf(userAgent)).toBe('Unknown device'))

test.each(['okhttp/4.12', 'My App 2.0 (build 7)'])('%j is an own name all the same', (userAgent) =>
  expect(deviceOf(userAgent)).toBe(userAgent.split(/[/(]/)[0]?.trim()))
