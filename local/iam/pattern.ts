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

/**
 * Whether a value fits the pattern; `undefined` when one of its variables has no single value in this request.
 * In an ARN a wildcard stays within its segment, of which only the sixth may itself contain colons.
 */
export function fits(
  pattern: Pattern,
  value: string,
  context: Context,
  kind: 'text' | 'arn' = 'text',
  ignoreCase = false,
): boolean | undefined {
  let source = ''
  let colons = 0
  for (const part of pattern) {
    if ('wildcard' in part) {
      const any = kind === 'arn' && colons < 5 && pattern.length > 1 ? '[^:]' : '[^]'
      source += part.wildcard === '*' ? `${any}*` : any
      continue
    }
    const text = 'literal' in part ? part.literal : (single(context(part.variable)) ?? part.fallback)
    if (text === undefined) return undefined
    if ('literal' in part) colons += text.split(':').length - 1
    source += text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  }
  return new RegExp(`^${source}$`, ignoreCase ? 'i' : '').test(value)
}

function single(values: string[] | undefined): string | undefined {
  return values?.length === 1 ? values[0] : undefined
}
