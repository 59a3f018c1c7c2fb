import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Slug } from '../../shared/schema.ts'
import { slugOf, withSuffix } from './slug.ts'

const ID = 'org_01J9Z0S6N6R3V7T4Q2M8K5W1XA'

test.each([
  ['Kākā & Sons Ltd.', 'kaka-sons-ltd'],
  ['  Acme  ', 'acme'],
  ['日本', 'org-5w1xa'],
  ['X', 'x-5w1xa'],
])('%j becomes %s', (name, slug) => expect(slugOf(name, ID)).toBe(slug))

test('every name gives a valid slug, with a suffix too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }), (name) => {
      const slug = slugOf(name, ID)
      expect(Slug.safeParse(slug).success).toBe(true)
      expect(Slug.safeParse(withSuffix(slug, ID)).success).toBe(true)
      expect(withSuffix(slug, ID)).not.toBe(slug)
    }),
  )
})
