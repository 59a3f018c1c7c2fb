import core from '@messageformat/core'
import { parse, type Token } from '@messageformat/parser'

/** Its types speak of a default export; what it exports is the class itself. */
const MessageFormat = core as unknown as typeof core.default

/** What people read, in one language: by text, by part of it, in ICU MessageFormat. */
export type Messages = Record<string, Record<string, string | string[]>>

/** The TypeScript types that each parameter may have. */
type Parameters = Map<string, Set<string>>

const TAKES_CASES: readonly string[] = ['select', 'plural', 'selectordinal']

/** What a message takes: an argument is a string, a selector one of its cases, a plural a number. */
function collect(tokens: Token[], found: Parameters): void {
  const add = (name: string, ...types: string[]) => found.set(name, new Set([...(found.get(name) ?? []), ...types]))
  for (const token of tokens) {
    if (token.type === 'function') throw new Error(`{${token.arg}, ${token.key}} cannot be precompiled: pass it as formatted text.`)
    if (token.type === 'argument') add(token.arg)
    if (!('cases' in token) || !TAKES_CASES.includes(token.type)) continue
    add(token.arg, ...(token.type === 'select' ? token.cases.map(({ key }) => `'${key}'`) : ['number']))
    for (const { tokens: inner } of token.cases) collect(inner, found)
  }
}

const each = (value: string | string[]) => [value].flat()

/** `name: type; …` of all that a text takes, sorted. */
export function parametersOf(parts: Record<string, string | string[]>): string {
  const found: Parameters = new Map()
  for (const message of Object.values(parts).flatMap(each)) collect(parse(message, { strictPluralKeys: false }), found)
  const named = [...found].map(([name, types]) => `${name}: ${[...types].sort().join(' | ') || 'string'}`)
  return named.sort().join('; ')
}

const shapeOf = (parts: Record<string, string | string[]>) =>
  Object.entries(parts)
    .map(([name, value]) => (Array.isArray(value) ? `${name} (${value.length})` : name))
    .join(', ')

/** Every text exists in every language with the same parts and the same parameters; otherwise an error that names what differs. */
export function requireComplete(languages: Record<string, Messages>): void {
  const [[first, source] = ['', {} as Messages], ...others] = Object.entries(languages)
  for (const [language, messages] of others) {
    for (const name of new Set([...Object.keys(source), ...Object.keys(messages)])) {
      const [one, other] = [source[name], messages[name]]
      if (!one || !other) throw new Error(`The text ${name} is missing in ${one ? language : first}.`)
      for (const describe of [shapeOf, parametersOf]) {
        const [here, there] = [describe(one), describe(other)]
        if (here !== there) throw new Error(`The text ${name} has (${here}) in ${first}, but (${there}) in ${language}.`)
      }
    }
  }
}

/** Each text as a function of its parameters in each language, so that no parser is shipped, and a bundle holds only what it shows. */
export function messagesSource(languages: Record<string, Messages>): string {
  requireComplete(languages)
  const expression = (language: string, message: string) => {
    const compiled = new MessageFormat(language).compile(message).toString()
    // What a selector chooses has no type until it is joined to a string.
    return compiled.replace(/^\(d?\) => /, '').replace(/^(?=select\(|plural\()/, '"" + ')
  }
  const value = (language: string, message: string | string[]) =>
    Array.isArray(message) ? `[${message.map((one) => expression(language, one)).join(', ')}]` : expression(language, message)
  const textIn = (language: string, parts: Record<string, string | string[]>) => {
    const parameters = parametersOf(parts)
    const shown = Object.entries(parts).map(([part, message]) => `    ${part}: ${value(language, message)},`)
    return `  ${language}: (${parameters ? `d: { ${parameters} }` : ''}) => ({\n${shown.join('\n')}\n  }),`
  }
  const names = Object.keys(Object.values(languages)[0] ?? {})
  const texts = names.map((name) => {
    const all = Object.entries(languages).map(([language, messages]) => textIn(language, messages[name] ?? {}))
    return `export const ${name} = {\n${all.join('\n')}\n}\n`
  })
  const body = texts.join('\n')
  const used = ['number', 'plural', 'select'].filter((helper) => body.includes(`${helper}(`))
  const cardinals = used.includes('plural')
    ? [`import { ${Object.keys(languages).join(', ')} } from '@messageformat/runtime/lib/cardinals'`]
    : []
  const imports = [...(used.length > 0 ? [`import { ${used.join(', ')} } from '@messageformat/runtime'`] : []), ...cardinals]
  return `// Made from messages/*.json by \`npm run contracts\`; a check keeps it current.\n${[...imports, '', body].join('\n')}`
}
