import { createHash } from 'node:crypto'

/** What intrinsic functions ask of the stack they stand in. */
export interface Scope {
  ref(name: string): unknown
  attribute(logicalId: string, attribute: string): unknown
  condition(name: string): boolean
  mapping(map: string, first: string, second: string): unknown
  importValue(exportName: string): unknown
  parameterStore(name: string): unknown
}

/** `AWS::NoValue`: the property or list entry it stands for is left out. */
export const noValue = Symbol('AWS::NoValue')

type Intrinsic = (argument: unknown, scope: Scope) => unknown

const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, scope) => scope.ref(text(name)),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : list(argument)
    return scope.attribute(text(logicalId), attribute.map((part) => text(resolve(part, scope))).join('.'))
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = list(argument)
    return list(resolve(parts, scope)).map(text).join(text(separator))
  },
  'Fn::Sub': (argument, scope) => {
    const [template, variables] = typeof argument === 'string' ? [argument, {}] : list(argument)
    return substitute(text(template), record(resolve(variables, scope)), scope)
  },
  'Fn::Select': (argument, scope) => {
    const [index, parts] = list(resolve(argument, scope))
    const chosen = list(parts)[Number(index)]
    if (chosen === undefined) throw new Error(`Fn::Select finds no element ${String(index)} in ${JSON.stringify(parts)}`)
    return chosen
  },
  'Fn::Split': (argument, scope) => {
    const [separator, whole] = list(resolve(argument, scope))
    return text(whole).split(text(separator))
  },
  'Fn::ImportValue': (name, scope) => scope.importValue(text(resolve(name, scope))),
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list(resolve(argument, scope)).map(text)
    return scope.mapping(map ?? '', first ?? '', second ?? '')
  },
  'Fn::Base64': (value, scope) => Buffer.from(text(resolve(value, scope))).toString('base64'),
  'Fn::ToJsonString': (value, scope) => JSON.stringify(resolve(value, scope)),
  'Fn::Length': (value, scope) => list(resolve(value, scope)).length,
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = list(argument)
    return resolve(scope.condition(text(condition)) ? yes : no, scope)
  },
  Condition: (name, scope) => scope.condition(text(name)),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(resolve(argument, scope))
    return String(left) === String(right)
  },
  'Fn::And': (argument, scope) => list(resolve(argument, scope)).every((value) => value === true),
  'Fn::Or': (argument, scope) => list(resolve(argument, scope)).includes(true),
  'Fn::Not': (argument, scope) => list(resolve(argument, scope))[0] !== true,
}

/** The value with every intrinsic function and dynamic reference in it answered. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return resolveDynamic(value, scope)
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== noValue)
  if (value === null || typeof value !== 'object') return value
  const call = intrinsicCall(value)
  if (call) return resolveDynamic(call.run(call.argument, scope), scope)
  const entries = Object.entries(value).map(([key, item]) => [key, resolve(item, scope)] as const)
  return Object.fromEntries(entries.filter(([, item]) => item !== noValue))
}

function intrinsicCall(value: object): { run: Intrinsic; argument: unknown } | undefined {
  const entries = Object.entries(value)
  const [name, argument] = entries[0] ?? []
  if (entries.length !== 1 || name === undefined) return undefined
  // An IAM policy's `Condition` block is an object, a reference to a template condition is its name.
  if (name === 'Condition' && typeof argument !== 'string') return undefined
  const run = intrinsics[name]
  if (!run && name.startsWith('Fn::')) throw new Error(`unknown intrinsic function ${name}`)
  return run && { run, argument }
}

function resolveDynamic(value: unknown, scope: Scope): unknown {
  if (typeof value !== 'string' || !value.includes('{{resolve:')) return value
  return value.replace(/\{\{resolve:([^}]*)\}\}/g, (whole, reference: string) => {
    const secret = /^secretsmanager:(arn:aws:secretsmanager:[^:]+:\d+:secret:[^:]+)$/.exec(reference)?.[1]
    if (secret) return standIn(secret)
    const [service, name = ''] = reference.split(':')
    if (service !== 'ssm') throw new Error(`the dynamic reference ${whole} cannot be answered locally`)
    return text(scope.parameterStore(name))
  })
}

/** For a whole secret, the same wherever it is put in; `GetSecretValue` answers another text, so nothing may compare the two. */
const standIn = (arn: string) => createHash('sha256').update(arn).digest('hex')

function substitute(template: string, variables: Record<string, unknown>, scope: Scope): string {
  return template.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`
    if (name in variables) return text(variables[name])
    const dot = name.indexOf('.')
    return text(dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)))
  })
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error(`a text was expected, not ${JSON.stringify(value)}`)
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw new Error(`a list was expected, not ${JSON.stringify(value)}`)
}

function record(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>
}
