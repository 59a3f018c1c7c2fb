import { BlockList, isIP, isIPv4 } from 'node:net'
import { InvalidEventPattern } from './invalid-event-pattern.ts'
import { wildcard } from './wildcard.ts'

export type Scalar = string | number | boolean | null

/** One alternative of a pattern's array. */
export interface Comparison {
  /** Whether a value present in the event matches. */
  test(value: Scalar): boolean
  /** Whether the field's absence matches. */
  absent: boolean
}

type Test = (value: Scalar) => boolean
type Compile = (operand: unknown, path: string) => Test

const text =
  (test: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value)
const none =
  (tests: Test[]): Test =>
  (value) =>
    !tests.some((test) => test(value))

const operators: Record<string, Compile> = {
  prefix: (operand, path) => affix(operand, path, 'prefix', (value, part) => value.startsWith(part)),
  suffix: (operand, path) => affix(operand, path, 'suffix', (value, part) => value.endsWith(part)),
  'equals-ignore-case'(operand, path) {
    const wanted = stringOf(operand, path, 'equals-ignore-case').toLowerCase()
    return text((value) => value.toLowerCase() === wanted)
  },
  wildcard(operand, path) {
    const matches = wildcard(stringOf(operand, path, 'wildcard'), path)
    return text(matches)
  },
  numeric,
  cidr,
  'anything-but': anythingBut,
}

/** Compiles one alternative: a literal, or an object with a single operator. */
export function comparison(alternative: unknown, path: string): Comparison {
  if (isScalar(alternative)) return { test: (value) => value === alternative, absent: false }
  const [operator, operand] = singleKey(alternative, path)
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') throw new InvalidEventPattern(`exists match pattern must be either true or false at ${path}`)
    return { test: () => operand, absent: !operand }
  }
  const compile = operators[operator]
  if (!compile) throw new InvalidEventPattern(`Unrecognized match type ${operator} at ${path}`)
  return { test: compile(operand, path), absent: false }
}

function affix(operand: unknown, path: string, name: string, matches: (value: string, part: string) => boolean): Test {
  if (typeof operand === 'string') return text((value) => matches(value, operand))
  const [key, part] = singleKey(operand, path)
  if (key !== 'equals-ignore-case') throw new InvalidEventPattern(`Unsupported ${name} pattern ${key} at ${path}`)
  const wanted = stringOf(part, path, key).toLowerCase()
  return text((value) => matches(value.toLowerCase(), wanted))
}

function anythingBut(operand: unknown, path: string): Test {
  const values = Array.isArray(operand) ? operand : [operand]
  if (values.every((value) => typeof value === 'string') || values.every((value) => typeof value === 'number')) {
    if (values.length === 0) throw new InvalidEventPattern(`Empty arrays are not allowed at ${path}`)
    return (value) => !values.some((excluded) => excluded === value)
  }
  if (Array.isArray(operand) || operand === null || typeof operand !== 'object')
    throw new InvalidEventPattern(`Inside anything-but, all values are strings or all are numbers at ${path}`)
  const [key, nested] = singleKey(operand, path)
  const compile = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(key) ? operators[key] : undefined
  if (!compile) throw new InvalidEventPattern(`Unsupported anything-but pattern ${key} at ${path}`)
  const parts = Array.isArray(nested) ? nested : [nested]
  if (parts.length === 0) throw new InvalidEventPattern(`Empty arrays are not allowed at ${path}`)
  return none(parts.map((part) => compile(stringOf(part, path, key), path)))
}

const relations: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}

function numeric(operand: unknown, path: string): Test {
  const parts = Array.isArray(operand) ? operand : []
  const pairs = parts.length === 2 ? [parts] : [parts.slice(0, 2), parts.slice(2)]
  if (parts.length !== 2 && parts.length !== 4) throw new InvalidEventPattern(`numeric match needs one or two comparisons at ${path}`)
  const tests = pairs.map(([operator, bound]) => {
    const relation = relations[String(operator)]
    if (!relation) throw new InvalidEventPattern(`Unrecognized numeric range operator ${operator} at ${path}`)
    if (typeof bound !== 'number' || Math.abs(bound) > 5e9)
      throw new InvalidEventPattern(`Value of ${operator} must be a number between -5.0e9 and +5.0e9 at ${path}`)
    return (value: number) => relation(value, bound)
  })
  if (pairs.length === 2) checkRange(parts, path)
  return (value) => typeof value === 'number' && tests.every((test) => test(value))
}

function checkRange([lower, bottom, upper, top]: unknown[], path: string): void {
  if (!String(lower).startsWith('>') || !String(upper).startsWith('<'))
    throw new InvalidEventPattern(`Bad numeric range: a lower bound is followed by an upper bound at ${path}`)
  if ((bottom as number) >= (top as number)) throw new InvalidEventPattern(`Bottom must be less than top at ${path}`)
}

function cidr(operand: unknown, path: string): Test {
  const [, address = '', bits] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(stringOf(operand, path, 'cidr')) ?? []
  const type = isIPv4(address) ? 'ipv4' : 'ipv6'
  if (isIP(address) === 0 || Number(bits) > (type === 'ipv4' ? 32 : 128))
    throw new InvalidEventPattern(`Malformed CIDR ${operand} at ${path}`)
  const block = new BlockList()
  block.addSubnet(address, Number(bits), type)
  return text((value) => isIP(value) !== 0 && block.check(value, isIPv4(value) ? 'ipv4' : 'ipv6'))
}

function stringOf(operand: unknown, path: string, name: string): string {
  if (typeof operand === 'string') return operand
  throw new InvalidEventPattern(`${name} match pattern must be a string at ${path}`)
}

function singleKey(value: unknown, path: string): [string, unknown] {
  const entries = value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : []
  if (entries.length === 1) return entries[0] as [string, unknown]
  throw new InvalidEventPattern(`Only one key allowed in match expression at ${path}`)
}

const isScalar = (value: unknown): value is Scalar => value === null || ['string', 'number', 'boolean'].includes(typeof value)
