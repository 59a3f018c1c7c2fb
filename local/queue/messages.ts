import { AwsError } from '../types.ts'
import { eachEntry } from './batch.ts'
import { md5, md5OfAttributes } from './digest.ts'
import { checkBatchSize, checkMessage, seconds } from './limits.ts'
import type { Message, MessageAttribute, Queue } from './queue.ts'
import { readReceipt, receiptOf } from './receipt.ts'

type Input = Record<string, unknown>

const MAXIMUM_VISIBILITY_SECONDS = 43_200

export function sendMessage(queue: Queue, input: Input, senderId: string): Input {
  const attributes = (input.MessageAttributes ?? {}) as Record<string, MessageAttribute>
  checkMessage(queue, input.MessageBody, attributes)
  const delaySeconds = seconds(input.DelaySeconds, 'DelaySeconds', 900)
  const sent = queue.send({
    body: String(input.MessageBody),
    attributes,
    senderId,
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
  })
  const digest = md5OfAttributes(attributes)
  return { MessageId: sent.id, MD5OfMessageBody: md5(sent.body), ...(digest ? { MD5OfMessageAttributes: digest } : {}) }
}

export function sendMessageBatch(queue: Queue, input: Input, senderId: string): Input {
  checkBatchSize((input.Entries ?? []) as Input[])
  return eachEntry(input, (entry) => sendMessage(queue, entry, senderId))
}

export async function receiveMessage(queue: Queue, input: Input, signal: AbortSignal): Promise<Input> {
  const max = Number(input.MaxNumberOfMessages ?? 1)
  if (!Number.isInteger(max) || max < 1 || max > 10) {
    const message = `Value ${input.MaxNumberOfMessages} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`
    throw new AwsError('InvalidParameterValue', message)
  }
  const visibility = seconds(input.VisibilityTimeout, 'VisibilityTimeout', MAXIMUM_VISIBILITY_SECONDS)
  const until = Date.now() + (seconds(input.WaitTimeSeconds, 'WaitTimeSeconds', 20) ?? queue.settings.waitSeconds) * 1000
  let taken = queue.receive(max, visibility)
  while (taken.length === 0 && Date.now() < until && !signal.aborted) {
    await queue.visible((until - Date.now()) / 1000, signal)
    taken = signal.aborted ? [] : queue.receive(max, visibility)
  }
  return taken.length === 0 ? {} : { Messages: taken.map((message) => received(message, input)) }
}

export function deleteMessage(queue: Queue, input: Input): Input {
  const { id, receiveCount } = readReceipt(input.ReceiptHandle)
  if (queue.find(id)?.receiveCount === receiveCount) queue.remove(id)
  return {}
}

export const deleteMessageBatch = (queue: Queue, input: Input): Input => eachEntry(input, (entry) => deleteMessage(queue, entry))

export function changeVisibility(queue: Queue, input: Input): Input {
  const { id, receiveCount } = readReceipt(input.ReceiptHandle)
  const timeout = seconds(input.VisibilityTimeout, 'VisibilityTimeout', MAXIMUM_VISIBILITY_SECONDS)
  if (timeout === undefined) throw new AwsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.')
  const message = queue.find(id)
  if (message?.receiveCount !== receiveCount || !queue.inFlight(id)) {
    const reason = `Value ${input.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`
    throw new AwsError('MessageNotInflight', reason)
  }
  queue.hide(id, timeout)
  return {}
}

export const changeVisibilityBatch = (queue: Queue, input: Input): Input => eachEntry(input, (entry) => changeVisibility(queue, entry))

/** The system attributes of a received message, as SQS words them. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.movedFrom === undefined ? {} : { DeadLetterQueueSourceArn: message.movedFrom }),
  }
}

function received(message: Message, input: Input): Input {
  const asked = [...((input.MessageSystemAttributeNames ?? []) as string[]), ...((input.AttributeNames ?? []) as string[])]
  const attributes = chosen(systemAttributes(message), asked)
  const messageAttributes = chosen(message.attributes, (input.MessageAttributeNames ?? []) as string[])
  const digest = md5OfAttributes(messageAttributes)
  return {
    MessageId: message.id,
    ReceiptHandle: receiptOf(message),
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(attributes).length > 0 ? { Attributes: attributes } : {}),
    ...(digest ? { MessageAttributes: messageAttributes, MD5OfMessageAttributes: digest } : {}),
  }
}

/** Attributes by name, `All`, or a prefix such as `trace.*`. */
function chosen<Value>(attributes: Record<string, Value>, asked: string[]): Record<string, Value> {
  const wanted = (name: string) =>
    asked.some((pattern) => pattern === 'All' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))))
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)))
}
