import { InvalidEventPattern } from './invalid-event-pattern.ts'

/** Compiles a wildcard pattern: `*` is any run of characters, `\*` and `\\` are themselves. Matching never backtracks over a part. */
export function wildcard(pattern: string, path: string): (value: string) => boolean {
  const parts = literalParts(pattern, path)
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return (value) => value === first
  return (value) => {
    if (!value.startsWith(first)) return false
    let position = first.length
    for (const part of rest) {
      const found = value.indexOf(part, position)
      if (found < 0) return false
      position = found + part.length
    }
    return value.length - last.length >= position && value.endsWith(last)
  }
}

/** The literal texts between the wildcards. */
function literalParts(pattern: string, path: string): string[] {
  const parts = ['']
  const tokens = pattern.match(/\\[\s\S]?|[\s\S]/gu) ?? []
  for (const [index, token] of tokens.entries()) {
    if (token === '*') {
      if (tokens[index - 1] === '*') throw new InvalidEventPattern(`Consecutive wildcard characters at ${path}`)
      parts.push('')
      continue
    }
    if (token.startsWith('\\') && token !== '\\*' && token !== '\\\\') throw new InvalidEventPattern(`Invalid escape character at ${path}`)
    parts[parts.length - 1] += token.startsWith('\\') ? token.slice(1) : token
  }
  return parts
}
