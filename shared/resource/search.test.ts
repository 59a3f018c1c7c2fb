import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { foldText, searchFor, searchTerms } from './search.ts'

const zoe = { firstName: 'Zoë Anne-Marie', lastName: 'Müller', email: 'Zoe.M@example.com' }

const found = (query: string, { email, firstName, lastName } = zoe) => {
  const search = searchFor(query)
  const terms = searchTerms([email, firstName, lastName])
  return terms.filter((term) => search && term.startsWith(search.prefix) && search.isFirst(term, terms) && search.finds(terms)).length
}

describe('a search', () => {
  test.each(['zoe', 'ZOË', 'mull', 'müller', 'anne-m', 'marie', 'zoe.m@', 'mu zo', 'marie zoe muller'])('for %s finds once', (query) => {
    expect(found(query)).toBe(1)
  })

  test.each(['zoa', 'oe', 'muller x', 'example.com'])('for %s does not find', (query) => {
    expect(found(query)).toBe(0)
  })

  test('for nothing but accents is none', () => {
    expect(searchFor(' \u0301 ')).toBeUndefined()
  })

  test('folds compositions and widths of one name to the same letters', () => {
    expect(foldText('Ｚｏｅ\u0308')).toBe(foldText('ZOË'))
  })

  test('by any beginnings of anybody’s names finds them exactly once', () => {
    const name = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((text) => foldText(text) !== '')
    const beginning = (word: string, length: number) => Array.from(word).slice(0, length).join('')
    fc.assert(
      fc.property(name, name, fc.integer({ min: 1, max: 20 }), (firstName, lastName, length) => {
        const user = { firstName, lastName, email: 'somebody@example.com' }
        const words = [firstName, lastName].map((text) => beginning(foldText(text).split(/\s+/)[0] ?? '', length))
        expect(found(words.join(' '), user)).toBe(1)
      }),
    )
  })
})
