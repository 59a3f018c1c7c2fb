import { isKnownKey, isMultiValued } from './condition-keys.ts'
import { type Comparison, operator } from './operators.ts'
import { type Context, parsePattern, variablesOf } from './pattern.ts'

export type Condition = (context: Context) => boolean

/** Compiles a `Condition` element; every operator and every key of it must hold. Throws on what it does not know. */
export function compileConditions(element: unknown, variables: boolean): Condition[] {
  return Object.entries(asRecord(element, 'Condition')).flatMap(([name, block]) =>
    Object.entries(asRecord(block, name)).map(([key, values]) => compileCondition(name, key, asStrings(values), variables)),
  )
}

function compileCondition(name: string, key: string, values: string[], variables: boolean): Condition {
  const [, quantifier, bare = ''] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/.exec(name) ?? []
  if (!isKnownKey(key)) throw new Error(`no part of the local stack supplies the condition key ${key}`)
  for (const value of values) checkVariables(value, variables)
  if (bare === 'Null' && !quantifier) return compileNull(key, values)
  const ifExists = bare.endsWith('IfExists')
  const known = operator(ifExists ? bare.slice(0, -'IfExists'.length) : bare)
  if (!known) throw new Error(`unknown condition operator ${name}`)
  if (!quantifier && isMultiValued(key)) throw new Error(`${key} has many values: ${name} needs ForAllValues: or ForAnyValue:`)
  const comparisons = values.map((value) => known.read(value, variables))
  const matches = (actual: string, context: Context) => compare(comparisons, known.negated, actual, context)
  // Without its key, ForAllValues holds vacuously, ForAnyValue never (with IfExists or not), and a negated operator holds.
  const whenAbsent = quantifier ? quantifier === 'ForAllValues' : ifExists || known.negated
  return (context) => {
    const actual = context(key)
    if (!actual || actual.length === 0) return whenAbsent
    return quantifier === 'ForAnyValue' ? actual.some((value) => matches(value, context)) : actual.every((value) => matches(value, context))
  }
}

function checkVariables(value: string, variables: boolean): void {
  const unknown = variablesOf(parsePattern(value, { variables, wildcards: false })).find((variable) => !isKnownKey(variable))
  if (unknown) throw new Error(`no part of the local stack supplies the policy variable ${unknown}`)
}

/** A value matches when it equals any of the policy's values, or, for a negated operator, none; an unset variable matches nothing. */
function compare(comparisons: Comparison[], negated: boolean, actual: string, context: Context): boolean {
  const answers = comparisons.map((comparison) => comparison(actual, context))
  return negated ? answers.every((answer) => answer === false) : answers.includes(true)
}

function compileNull(key: string, values: string[]): Condition {
  const [value, ...more] = values
  if (more.length > 0 || (value !== 'true' && value !== 'false')) throw new Error(`Null on ${key} must be "true" or "false"`)
  return (context) => ((context(key)?.length ?? 0) === 0) === (value === 'true')
}

export function asStrings(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map((each: unknown) => {
    if (typeof each !== 'string' && typeof each !== 'boolean' && typeof each !== 'number')
      throw new Error(`${JSON.stringify(each)} is no text`)
    return String(each)
  })
}

export function asRecord(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} must be an object`)
  return value as Record<string, unknown>
}
