import { AwsError } from '../types.ts'
import type { MessageAttribute, Queue } from './queue.ts'

const MAXIMUM_BATCH_BYTES = 1_048_576

/** Refuses what SQS refuses: no body, characters outside XML's, more than ten attributes, too many bytes. */
export function checkMessage(queue: Queue, body: unknown, attributes: Record<string, MessageAttribute>): void {
  const { name, maximumMessageBytes } = queue.settings
  if (typeof body !== 'string' || body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.')
  if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(body))
    throw new AwsError('InvalidMessageContents', `The message to ${name} contains characters outside the allowed set.`)
  const count = Object.keys(attributes).length
  if (count > 10) throw invalid(`Number of message attributes [${count}] exceeds the allowed maximum [10].`)
  if (Buffer.byteLength(body) + attributeBytes(attributes) > maximumMessageBytes)
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageBytes} bytes.`)
}

export function checkBatchSize(entries: Record<string, unknown>[]): void {
  const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(String(entry.MessageBody ?? '')), 0)
  if (bytes <= MAXIMUM_BATCH_BYTES) return
  const message = `Batch requests cannot be longer than ${MAXIMUM_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`
  throw new AwsError('BatchRequestTooLong', message)
}

/** A whole number of seconds between 0 and `maximum`, or nothing. */
export function seconds(value: unknown, name: string, maximum: number): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (Number.isInteger(number) && number >= 0 && number <= maximum) return number
  throw invalid(`Value ${value} for parameter ${name} is invalid. Reason: Must be between 0 and ${maximum}, if provided.`)
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message)

function attributeBytes(attributes: Record<string, MessageAttribute>): number {
  const sizes = Object.entries(attributes).map(([name, { DataType, StringValue = '', BinaryValue = '' }]) => {
    return Buffer.byteLength(name + DataType + StringValue) + Buffer.from(BinaryValue, 'base64').length
  })
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}
