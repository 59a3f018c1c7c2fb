/** A value in DynamoDB's own notation, as JSON carries it: bytes are base64. */
export type Attribute =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { B: string }
  | { L: Attribute[] }
  | { M: Attributes }
export type Attributes = Record<string, Attribute>

function toNumber(value: number): Attribute {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return { N: String(value) }
  throw new RangeError(`The number ${value} would lose digits: store it as text.`)
}

/** Of no class, in whatever realm it was made. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Throws for what DynamoDB, or this product, has no notation of. */
function toAttribute(value: unknown): Attribute {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return toNumber(value)
  if (typeof value === 'boolean') return { BOOL: value }
  if (value === null) return { NULL: true }
  if (Array.isArray(value)) return { L: value.filter((each) => each !== undefined).map(toAttribute) }
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') }
  if (typeof value === 'object' && isPlain(value)) return { M: toAttributes(value) }
  throw new TypeError(`A ${typeof value === 'object' ? value.constructor.name : typeof value} cannot be stored as it is.`)
}

/** What is `undefined` is left out. */
export function toAttributes(values: object): Attributes {
  const attributes: [string, Attribute][] = []
  for (const [name, value] of Object.entries(values)) if (value !== undefined) attributes.push([name, toAttribute(value)])
  return Object.fromEntries(attributes)
}

function fromAttribute(attribute: Attribute): unknown {
  if ('S' in attribute) return attribute.S
  if ('N' in attribute) return Number(attribute.N)
  if ('BOOL' in attribute) return attribute.BOOL
  if ('NULL' in attribute) return null
  if ('L' in attribute) return attribute.L.map(fromAttribute)
  if ('M' in attribute) return fromAttributes(attribute.M)
  if ('B' in attribute) return Buffer.from(attribute.B, 'base64')
  throw new TypeError(`No item of ours holds an attribute of the type ${Object.keys(attribute)}.`)
}

export function fromAttributes(attributes: Attributes): Record<string, unknown> {
  const values: [string, unknown][] = []
  for (const [name, attribute] of Object.entries(attributes)) values.push([name, fromAttribute(attribute)])
  return Object.fromEntries(values)
}
