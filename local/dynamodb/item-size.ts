import type { AttributeValue, Item } from './expressions.ts'

/** Bytes of an item as DynamoDB counts them ("DynamoDB item sizes and formats" in its developer guide). */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0)
}

function valueSize(value: AttributeValue): number {
  const [type, inner] = Object.entries(value)[0] ?? []
  switch (type) {
    case 'S':
      return Buffer.byteLength(inner as string)
    case 'N':
      return numberSize(inner as string)
    case 'B':
      return Buffer.byteLength(inner as string, 'base64')
    case 'SS':
      return sum(inner as string[], (each) => Buffer.byteLength(each))
    case 'NS':
      return sum(inner as string[], numberSize)
    case 'BS':
      return sum(inner as string[], (each) => Buffer.byteLength(each, 'base64'))
    case 'L':
      return 3 + sum(inner as AttributeValue[], (each) => 1 + valueSize(each))
    case 'M':
      return 3 + sum(Object.entries(inner as Item), ([name, each]) => 1 + Buffer.byteLength(name) + valueSize(each))
    default:
      return 1
  }
}

/** One byte for every two significant digits and one more, and one for a sign; leading and trailing zeros do not count. */
function numberSize(text: string): number {
  const digits = (text.toLowerCase().split('e')[0] ?? '').replace(/[-+.]/g, '').replace(/^0+|0+$/g, '')
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0)
}

function sum<T>(values: T[], size: (value: T) => number): number {
  return values.reduce((total, value) => total + size(value), 0)
}
