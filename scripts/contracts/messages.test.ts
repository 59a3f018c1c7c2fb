import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { LANGUAGES } from '../../shared/language.ts'
import { type Messages, messagesSource, parametersOf, requireComplete } from './messages.ts'

const read = (language: string): Messages => JSON.parse(readFileSync(`functions/notifications/messages/${language}.json`, 'utf8'))

test('every text exists in every language, with the same parts and the same parameters', () =>
  requireComplete(Object.fromEntries(LANGUAGES.map((language) => [language, read(language)]))))

const en = { welcome: { subject: 'Welcome, {name}', paragraphs: ['It is {at}.'] } }

test.each([
  ['a text that one language lacks', {}, 'The text welcome is missing in de.'],
  ['a text that only the other has', { ...en, bye: { subject: 'Tschüs' } }, 'The text bye is missing in en.'],
  ['a part that is missing', { welcome: { paragraphs: ['{name} {at}'] } }, '(subject, paragraphs (1)) in en, but (paragraphs (1)) in de'],
  ['another number of paragraphs', { welcome: { subject: '{name}', paragraphs: ['{at}', ''] } }, 'paragraphs (2)) in de'],
  ['a parameter by another name', { welcome: { subject: '{nam}', paragraphs: ['{at}'] } }, '(at: string; nam: string) in de'],
  ['a parameter left out', { welcome: { subject: 'Willkommen', paragraphs: ['{at}'] } }, '(at: string) in de'],
])('%s is refused, with its name', (_what, de, words) => expect(() => messagesSource({ en, de: de as Messages })).toThrow(words))

test('a selector takes one of its cases, and a plural a number', () => {
  expect(parametersOf({ body: '{by, select, person {{name}} other {}} {n, plural, one {# role} other {# roles}}' })).toBe(
    "by: 'other' | 'person'; n: number; name: string",
  )
  expect(() => parametersOf({ body: '{at, date, long}' })).toThrow('pass it as formatted text')
})

test('a text becomes a function of its parameters, without a parser', () => {
  const source = messagesSource({ en, de: { welcome: { subject: 'Willkommen, {name}', paragraphs: ['Es ist {at}.'] } } })
  expect(source).toContain('de: (d: { at: string; name: string }) => ({')
  expect(source).toContain('subject: "Willkommen, " + d.name,')
  expect(source).not.toContain('import')
})
