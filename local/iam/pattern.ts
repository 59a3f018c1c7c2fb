/** Values of a request's condition keys, found by name without regard to case. */
export type Context = (key: string) => string[] | undefined

/** One text of a policy, taken apart once: literals, wildcards and policy variables. */
export type Pattern = Array<{ literal: string } | { variable: string; fallback: string | undefined } | { wildcard: '*' | '?' }>

const token = /\$\{([^}]*)\}|([*?])|([^*?$]+|\$)/g

/** Policy variables exist since version 2012-10-17; in an older policy `${…}` is plain text. */
export function parsePattern(text: string, options: { variables: boolean; wildcards: boolean }): Pattern {
  return [...text.matchAll(token)].map(([whole, variable, wildcard]) => {
    if (variable !== undefined && options.variables) return parseVariable(variable)
    if (wildcard !== undefined && options.wildcards) return { wildcard: wildcard as '*' | '?' }
    return { literal: whole }
  })
}

function parseVariable(inner: string): Pattern[number] {
  if (['*', '?', '$'].includes(inner)) return { literal: inner }
  const [, name, fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)')?\s*$/.exec(inner) ?? []
  if (!name) throw new Error(`cannot read the policy variable \${${inner}}`)
  return { variable: name, fallback }
}

export function variablesOf(pattern: Pattern): string[] {
  return pattern.flatMap((part) => ('variable' in part ? [part.variable] : []))
}

/** Whether a value fits; `undefined` when a variable of the pattern has no single value in this request. */
export type Fits = (value: string, context: Context) => boolean | undefined

/**
 * Compiles a pattern. In an ARN a wildcard stays within its segment, of which only the sixth may itself contain colons.
 * Requests of one tenant follow on each other, so the expression of the last variables is kept.
 */
export function compilePattern(pattern: Pattern, kind: 'text' | 'arn' = 'text', ignoreCase = false): Fits {
  const parts = sourcesOf(pattern, kind)
  const flags = ignoreCase ? 'i' : ''
  let last = { source: '', expression: /^$/ }
  return (value, context) => {
    let source = ''
    for (const part of parts) {
      const text = typeof part === 'string' ? part : expressionOf(part, context)
      if (text === undefined) return undefined
      source += text
    }
    if (source !== last.source) last = { source, expression: new RegExp(`^${source}$`, flags) }
    return last.expression.test(value)
  }
}

interface Variable {
  variable: string
  fallback: string | undefined
}

/** Expressions for what is known beforehand, neighbours joined, and the variables between them. */
function sourcesOf(pattern: Pattern, kind: 'text' | 'arn'): (string | Variable)[] {
  let colons = 0
  const sources: (string | Variable)[] = []
  for (const part of pattern) {
    if ('variable' in part) {
      sources.push(part)
      continue
    }
    const any = kind === 'arn' && colons < 5 && pattern.length > 1 ? '[^:]' : '[^]'
    const source = 'literal' in part ? literally(part.literal) : part.wildcard === '*' ? `${any}*` : any
    if ('literal' in part) colons += part.literal.split(':').length - 1
    const before = sources.at(-1)
    if (typeof before === 'string') sources[sources.length - 1] = before + source
    else sources.push(source)
  }
  return sources
}

function expressionOf({ variable, fallback }: Variable, context: Context): string | undefined {
  const values = context(variable)
  const text = values?.length === 1 ? values[0] : fallback
  return text === undefined ? undefined : literally(text)
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
