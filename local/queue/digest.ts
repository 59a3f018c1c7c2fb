import { createHash } from 'node:crypto'
import type { MessageAttribute } from './queue.ts'

export const md5 = (content: string | Buffer): string => createHash('md5').update(content).digest('hex')

/** SQS's digest of message attributes: by name, each part preceded by its length as four bytes, strings marked 1 and binaries 2. */
export function md5OfAttributes(attributes: Record<string, MessageAttribute>): string | undefined {
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  return md5(Buffer.concat(names.flatMap((name) => encodeAttribute(name, attributes[name] as MessageAttribute))))
}

function encodeAttribute(name: string, attribute: MessageAttribute): Buffer[] {
  const binary = attribute.BinaryValue !== undefined
  const value = binary ? Buffer.from(attribute.BinaryValue as string, 'base64') : Buffer.from(attribute.StringValue ?? '')
  return [...sized(Buffer.from(name)), ...sized(Buffer.from(attribute.DataType)), Buffer.from([binary ? 2 : 1]), ...sized(value)]
}

function sized(content: Buffer): [Buffer, Buffer] {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return [length, content]
}
