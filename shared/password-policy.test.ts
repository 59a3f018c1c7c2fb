import { expect, test } from '@jest/globals'
import { weaknessOf } from './password-policy.ts'

test.each([
  ['Short 1', 'Make it longer'],
  ['no upper case 1', 'Add an upper-case letter'],
  ['NO LOWER CASE 1', 'Add a lower-case letter'],
  ['No Digit In Here', 'Add a digit'],
  [' Spaces Around 12 ', 'Choose another, without spaces around it'],
  ['Correct-Horse-9-Battery', undefined],
  ['Correct Horse 9 Battery', undefined],
])('of "%s" the owner is told: %s', (password, weakness) => {
  expect(weaknessOf(password)).toBe(weakness)
})
