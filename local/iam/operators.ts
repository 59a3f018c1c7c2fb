import { BlockList, isIP } from 'node:net'
import { compilePattern, type Fits, type Pattern, parsePattern, variablesOf } from './pattern.ts'

/** Compares one value of the request with one value of the policy; `undefined` when a policy variable has no value. */
export type Comparison = Fits
export type Operator = { negated: boolean; read: (expected: string, variables: boolean) => Comparison }

type Read = Operator['read']

const text = (wildcards: boolean, ignoreCase = false): Read => {
  return (expected, variables) => compilePattern(parsePattern(expected, { variables, wildcards }), 'text', ignoreCase)
}

const arn: Read = (expected, variables) => compilePattern(parsePattern(expected, { variables, wildcards: true }), 'arn')

/** Variables are for strings and ARNs only; anywhere else the policy does not mean what its author thought. */
function plain(expected: string): string {
  const pattern: Pattern = parsePattern(expected, { variables: true, wildcards: false })
  if (variablesOf(pattern).length > 0)
    throw new Error(`a policy variable cannot stand in "${expected}": only string and ARN operators take variables`)
  return expected
}

const ordered = (parse: (value: string) => number, compare: (actual: number, expected: number) => boolean): Read => {
  return (expected) => {
    const limit = parse(plain(expected))
    if (Number.isNaN(limit)) throw new Error(`cannot compare with "${expected}"`)
    return (actual) => compare(parse(actual), limit)
  }
}

const number = (value: string): number => (value.trim() === '' ? Number.NaN : Number(value))
/** A date is written in a W3C form of ISO 8601 or in epoch seconds. */
const date = (value: string): number => (/^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value))

const truth: Read = (expected) => {
  const wanted = plain(expected).toLowerCase()
  if (wanted !== 'true' && wanted !== 'false') throw new Error(`"${expected}" is neither true nor false`)
  return (actual) => actual.toLowerCase() === wanted
}

const range: Read = (expected) => {
  const [address = '', bits] = plain(expected).split('/')
  const family = isIP(address)
  if (family === 0) throw new Error(`"${expected}" is no address or CIDR range`)
  const list = new BlockList()
  list.addSubnet(address, Number(bits ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6')
  return (actual) => isIP(actual) > 0 && list.check(actual, isIP(actual) === 4 ? 'ipv4' : 'ipv6')
}

const comparisons: Array<[name: string, compare: (actual: number, expected: number) => boolean]> = [
  ['Equals', (a, b) => a === b],
  ['LessThan', (a, b) => a < b],
  ['LessThanEquals', (a, b) => a <= b],
  ['GreaterThan', (a, b) => a > b],
  ['GreaterThanEquals', (a, b) => a >= b],
]

const reads: Record<string, Read> = {
  StringEquals: text(false),
  StringEqualsIgnoreCase: text(false, true),
  StringLike: text(true),
  ArnEquals: arn,
  ArnLike: arn,
  Bool: truth,
  IpAddress: range,
}
const negations: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
}
for (const [name, compare] of comparisons) {
  reads[`Numeric${name}`] = ordered(number, compare)
  reads[`Date${name}`] = ordered(date, compare)
}

/** The operator of this exact name, or undefined. */
export function operator(name: string): Operator | undefined {
  const base = negations[name]
  const read = reads[base ?? name]
  return read && { negated: base !== undefined, read }
}
