import { type Comparison, comparison, type Scalar } from './comparison.ts'
import { InvalidEventPattern } from './invalid-event-pattern.ts'

type Fields = Record<string, unknown>
/** Asked with the part of the event a pattern node speaks about; `undefined` where the event has none. */
type Node = (value: unknown) => boolean

/**
 * Compiles an EventBridge event pattern (also the filter of an event source mapping), given as JSON text or parsed.
 * Throws `InvalidEventPattern`, naming the place, where EventBridge would refuse the rule.
 */
export function compilePattern(pattern: unknown): (event: unknown) => boolean {
  return fields(typeof pattern === 'string' ? parse(pattern) : pattern, '$')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidEventPattern('it is not JSON')
  }
}

function fields(pattern: unknown, path: string): Node {
  if (!isObject(pattern)) throw new InvalidEventPattern(`${path} must be an object or an array`)
  const entries = Object.entries(pattern)
  if (entries.length === 0) throw new InvalidEventPattern(`Empty objects are not allowed at ${path}`)
  const tests = entries.map(([name, child]) => (name === '$or' ? either(child, path) : field(name, child, `${path}.${name}`)))
  const matches = (candidate: unknown) => tests.every((test) => test(candidate))
  // The fields of one pattern object must match within one element of an array of objects.
  return (value) => (Array.isArray(value) && value.length > 0 ? value.flat(Number.POSITIVE_INFINITY).some(matches) : matches(value))
}

function field(name: string, child: unknown, path: string): Node {
  const test = Array.isArray(child) ? leaf(child, path) : fields(child, path)
  return (value) => test(isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined)
}

function either(child: unknown, path: string): Node {
  if (!Array.isArray(child) || child.length < 2) throw new InvalidEventPattern(`$or needs an array of at least two patterns at ${path}`)
  const alternatives = child.map((alternative, index) => fields(alternative, `${path}.$or[${index}]`))
  return (value) => alternatives.some((test) => test(value))
}

function leaf(alternatives: unknown[], path: string): Node {
  if (alternatives.length === 0) throw new InvalidEventPattern(`Empty arrays are not allowed at ${path}`)
  const comparisons = alternatives.map((alternative) => comparison(alternative, path))
  return (value) => matchesLeaf(comparisons, value)
}

/** An array in the event matches when any of its values does; an object is no leaf, and so counts as absent. */
function matchesLeaf(comparisons: Comparison[], value: unknown): boolean {
  const values = (Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]).filter(
    (candidate) => candidate !== undefined && !isObject(candidate),
  ) as Scalar[]
  if (values.length === 0) return comparisons.some(({ absent }) => absent)
  return comparisons.some(({ test }) => values.some((candidate) => test(candidate)))
}

const isObject = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value)
