/** An item stands in the search under at most so many terms. */
const MAX_TERMS = 16
const MAX_LENGTH = 64

/** Compared without case and diacritics: `Zoë` is found as `zoe` (Unicode NFKD). */
export const foldText = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()

const wordsOf = (text: string) =>
  foldText(text)
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.slice(0, MAX_LENGTH))

/** `anne-marie` is also found as `marie`; `zoe.m@example.com` is an address, and found from its beginning only. */
const partsOf = (word: string) => (word.includes('@') ? [word] : [word, ...word.split(/[^\p{L}\p{N}]+/u).slice(1)].filter(Boolean))

/** The beginnings of which an item is found by, sorted: the words of these texts, and their parts; of very many the first. */
export const searchTerms = (texts: readonly string[]): string[] =>
  [...new Set(texts.flatMap(wordsOf).flatMap(partsOf))].slice(0, MAX_TERMS).sort()

export interface Search {
  /** The longest word: it narrows most, so it is the one looked up. */
  prefix: string
  /** Does every word begin one of these terms? */
  finds(terms: readonly string[]): boolean
  /** Is this the entry to show of an item with these terms? Each has several; the first that matches counts. */
  isFirst(term: string, terms: readonly string[]): boolean
}

/** `undefined` when nothing is left of the words to search for. */
export function searchFor(query: string): Search | undefined {
  const words = [...new Set(wordsOf(query))].sort((a, b) => b.length - a.length)
  const [prefix] = words
  if (prefix === undefined) return undefined
  return {
    prefix,
    finds: (terms) => words.every((word) => terms.some((term) => term.startsWith(word))),
    isFirst: (term, terms) => terms.find((candidate) => candidate.startsWith(prefix)) === term,
  }
}
