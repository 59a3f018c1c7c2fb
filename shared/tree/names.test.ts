import { expect, test } from '@jest/globals'
import { foldName } from './names.ts'

test.each([
  ['Sales', 'SALES'],
  ['Salés', 'SALE\u0301S'],
  ['Ｓales', 'sales'],
  ['Straße', 'STRASSE'],
  ['ΣΑΣ', 'σασ'],
  ['ﬁnance', 'FINANCE'],
  ['\u0130x', 'i\u0307x'],
])('%s and %s are called alike', (one, other) => {
  expect(foldName(one)).toBe(foldName(other))
})

test.each([
  ['Sales', 'Salés'],
  ['Sales', 'S ales'],
])('%s and %s are not', (one, other) => {
  expect(foldName(one)).not.toBe(foldName(other))
})
