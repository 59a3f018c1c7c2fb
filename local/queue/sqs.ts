import { join } from 'node:path'
import { AwsError, type AwsRequest, type AwsService, type Clock, type Deployment, type IamRequest, type Log } from '../types.ts'
import {
  changeVisibility,
  changeVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
  receiveMessage,
  sendMessage,
  sendMessageBatch,
} from './messages.ts'
import { type NewMessage, openQueue, type Queue } from './queue.ts'
import { attributesOf } from './queue-attributes.ts'
import { createRedrive, type Redrive } from './redrive.ts'
import { queueSettings } from './settings.ts'

export interface Sqs extends AwsService {
  /** The queue of an ARN; what the event source mappings and the bus work on. */
  queue(arn: string): Queue | undefined
  /** Accepts a message as the stack itself would; throws when there is no such queue. */
  send(arn: string, message: NewMessage): void
  queues(): Queue[]
}

type Operation = (queue: Queue, request: AwsRequest, signal: AbortSignal) => Promise<object> | object

const operations: Record<string, Operation> = {
  SendMessage: (queue, { input, caller }) => sendMessage(queue, input, caller.accessKeyId),
  SendMessageBatch: (queue, { input, caller }) => sendMessageBatch(queue, input, caller.accessKeyId),
  ReceiveMessage: (queue, { input }, signal) => receiveMessage(queue, input, signal),
  DeleteMessage: (queue, { input }) => deleteMessage(queue, input),
  DeleteMessageBatch: (queue, { input }) => deleteMessageBatch(queue, input),
  ChangeMessageVisibility: (queue, { input }) => changeVisibility(queue, input),
  ChangeMessageVisibilityBatch: (queue, { input }) => changeVisibilityBatch(queue, input),
  GetQueueUrl: (queue) => ({ QueueUrl: queue.settings.url }),
  GetQueueAttributes: (queue, { input }) => ({ Attributes: attributesOf(queue, (input.AttributeNames ?? []) as string[]) }),
  PurgeQueue(queue) {
    queue.purge()
    return {}
  },
}

/** SQS over the queues of the template. An accepted message survives the death of the process. */
export function createSqs(options: { deployment: Deployment; dataDir: string; log: Log; now?: Clock }): Sqs {
  const now = options.now ?? Date.now
  const queues = openQueues({ ...options, now })
  const redrive = createRedrive(queues, now)
  const closing = new AbortController()
  return {
    name: 'sqs',
    needs: (request) => permissions(request, options.deployment),
    async handle(request) {
      const body = await answer({ queues, redrive, request, signal: closing.signal })
      return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) }
    },
    queue: (arn) => queues.get(arn),
    send(arn, message) {
      const queue = queues.get(arn)
      if (!queue) throw new AwsError('QueueDoesNotExist', `The queue ${arn} does not exist.`)
      queue.send(message)
    },
    queues: () => [...queues.values()],
    async close() {
      closing.abort()
      for (const queue of queues.values()) queue.close()
    },
  }
}

function openQueues(options: { deployment: Deployment; dataDir: string; log: Log; now: Clock }): Map<string, Queue> {
  const queues = new Map<string, Queue>()
  for (const settings of queueSettings(options.deployment)) {
    const bury = (message: Parameters<Queue['adopt']>[0]) => {
      const grave = queues.get(settings.redrive?.deadLetterArn ?? '')
      options.log('sqs', `${settings.name}: message ${message.id} failed ${message.receiveCount} times → ${grave?.settings.name}`)
      grave?.adopt(message, settings.arn)
    }
    queues.set(settings.arn, openQueue({ settings, file: join(options.dataDir, `${settings.name}.jsonl`), now: options.now, bury }))
  }
  for (const { settings } of queues.values()) {
    const grave = settings.redrive?.deadLetterArn
    if (grave && !queues.has(grave)) throw new Error(`queue ${settings.name}: its dead-letter queue ${grave} is not in the template`)
  }
  return queues
}

async function answer(options: {
  queues: Map<string, Queue>
  redrive: Redrive
  request: AwsRequest
  signal: AbortSignal
}): Promise<object> {
  const { queues, redrive, request, signal } = options
  if (request.operation === 'StartMessageMoveTask') return redrive.start(request.input)
  if (request.operation === 'ListMessageMoveTasks') return redrive.list(request.input)
  if (request.operation === 'ListQueues') return { QueueUrls: urlsOf(queues, request.input) }
  const operation = operations[request.operation]
  if (!operation) throw new AwsError('UnsupportedOperation', `The local stack does not answer sqs:${request.operation}.`)
  const name = queueName(request.input)
  const queue = [...queues.values()].find((candidate) => candidate.settings.name === name)
  if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
  return operation(queue, request, signal)
}

const queueName = (input: Record<string, unknown>): string =>
  String(
    input.QueueName ??
      String(input.QueueUrl ?? '')
        .split('/')
        .at(-1),
  )

const urlsOf = (queues: Map<string, Queue>, { QueueNamePrefix = '' }: { QueueNamePrefix?: string }) =>
  [...queues.values()].filter(({ settings }) => settings.name.startsWith(QueueNamePrefix)).map(({ settings }) => settings.url)

function permissions(request: AwsRequest, { region, account }: Deployment): IamRequest[] {
  const { operation, input } = request
  const on = (resource: string, ...actions: string[]) => actions.map((action) => ({ action: `sqs:${action}`, resource, context: {} }))
  if (operation === 'ListQueues') return on('*', 'ListQueues')
  if (!operation.includes('MessageMoveTask'))
    return on(`arn:aws:sqs:${region}:${account}:${queueName(input)}`, operation.replace(/Batch$/, ''))
  const source = on(String(input.SourceArn), operation, 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes')
  return input.DestinationArn === undefined ? source : [...source, ...on(String(input.DestinationArn), 'SendMessage')]
}
