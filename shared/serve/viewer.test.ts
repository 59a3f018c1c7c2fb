import { describe, expect, test } from '@jest/globals'
import { ORIGIN_HEADER, viewerAddress } from './viewer.ts'

const SECRET = 'secret'
const EDGE = '198.51.100.1'
const from = (forwarded: string | undefined, origin: string | undefined, secret: string | undefined = SECRET) =>
  viewerAddress({ [ORIGIN_HEADER]: origin, 'x-forwarded-for': forwarded }, EDGE, secret)

describe("the caller's address", () => {
  test('is what the distribution saw, whatever the caller claims', () => {
    expect(from(`192.0.2.1, ${EDGE}`, SECRET)).toBe('192.0.2.1')
    expect(from(`203.0.113.9, 192.0.2.1, ${EDGE}`, SECRET)).toBe('192.0.2.1')
  })
  test.each([
    ['passes the distribution by', undefined, SECRET],
    ['guesses at the secret', 'secreT', SECRET],
    ['guesses at its length', 'secret1', SECRET],
    ['meets a stage without a distribution', SECRET, ''],
  ])('is what the gateway saw where the caller %s', (_, origin, secret) => {
    expect(from(`192.0.2.1, ${EDGE}`, origin, secret)).toBe(EDGE)
  })
  test('is what the gateway saw where nothing was forwarded', () => {
    expect(from(undefined, SECRET)).toBe(EDGE)
  })
})
