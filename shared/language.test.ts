import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { acceptedLanguage, LANGUAGES, languageOf } from './language.ts'

describe('the language of a request', () => {
  test.each([
    ['de', 'de'],
    ['de-CH', 'de'],
    ['DE-at;q=0.9', 'de'],
    ['fr, de;q=0.7, en;q=0.8', 'en'],
    ['fr-FR,fr;q=0.9,de;q=0.8', 'de'],
    ['en;q=0, de;q=0.1', 'de'],
    ['en-GB, de', 'en'],
    ['en;q=x, de;q=0.5', 'en'],
  ])('%s is read as %s', (header, language) => {
    expect(acceptedLanguage(header)).toBe(language)
  })

  test.each([undefined, '', '*', 'fr', 'de;q=0', 'deutsch', ';;,', 'x'.repeat(9_000)])('%j names none that there is', (header) => {
    expect(acceptedLanguage(header)).toBeUndefined()
  })

  test('is one of ours or none, whatever is sent', () => {
    const known: unknown[] = [...LANGUAGES, undefined]
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (header) => known.includes(acceptedLanguage(header))))
  })
})

test('a tag that nobody reads for is read as English', () => {
  expect(['de-CH', 'fr', undefined].map(languageOf)).toEqual(['de', 'en', 'en'])
})
