/**
 * JSON as RFC 8785 (JCS) writes it: one text for one value. Numbers and strings are ECMAScript's own (`JSON.stringify`), members are sorted by
 * their UTF-16 code units, which is how JavaScript compares strings. Throws for what JSON has no text of.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).filter(([, each]) => each !== undefined)
    return `{${members
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]) => `${text(name)}:${canonicalJson(each)}`)
      .join(',')}}`
  }
  if (typeof value === 'string') return text(value)
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return JSON.stringify(value)
  throw new TypeError(`JSON has no text of ${String(value)}.`)
}

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('A text with half of a character has no canonical form.')
  return JSON.stringify(value)
}
