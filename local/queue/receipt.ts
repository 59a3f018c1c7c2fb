import { AwsError } from '../types.ts'
import type { Message } from './queue.ts'

/** A receipt handle names the message and which of its receives it belongs to; only the latest one counts. */
export function receiptOf(message: Message): string {
  return Buffer.from(JSON.stringify([message.id, message.receiveCount])).toString('base64url')
}

export function readReceipt(handle: unknown): { id: string; receiveCount: number } {
  try {
    const [id, receiveCount] = JSON.parse(Buffer.from(String(handle), 'base64url').toString()) as unknown[]
    if (typeof id === 'string' && typeof receiveCount === 'number') return { id, receiveCount }
  } catch {}
  throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`)
}
