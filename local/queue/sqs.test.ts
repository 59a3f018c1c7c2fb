import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { deploymentOf, manualClock, queueArn, queueResource, serveServices } from '../bus/test-stack.ts'
import type { AwsRequest } from '../types.ts'
import { createSqs, type Sqs } from './sqs.ts'

const deployment = deploymentOf([
  queueResource('work', { VisibilityTimeout: 60, RedrivePolicy: { deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 } }),
  queueResource('dead', { MessageRetentionPeriod: 1_209_600 }),
  queueResource('slow', { DelaySeconds: 5, MaximumMessageSize: 1024 }),
])
const QueueUrl = 'http://localhost/000000000000/work'
const dead = 'http://localhost/000000000000/dead'

let clock: ReturnType<typeof manualClock>
let dataDir: string
let sqs: Sqs
let client: SQSClient
let server: Awaited<ReturnType<typeof serveServices>>

beforeEach(async () => {
  clock = manualClock()
  dataDir = mkdtempSync(join(tmpdir(), 'tessera-sqs-'))
  sqs = createSqs({ deployment, dataDir, log: () => {}, now: clock.now })
  server = await serveServices([sqs])
  const credentials = { accessKeyId: 'AKTEST', secretAccessKey: 'secret' }
  client = new SQSClient({ endpoint: server.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 })
})
afterEach(async () => {
  client.destroy()
  await sqs.close?.()
  await server.close()
})

const send = (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody }))
const receive = async (url = QueueUrl, max = 10) => {
  const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: max, MessageSystemAttributeNames: ['All'] })
  return (await client.send(command)).Messages ?? []
}
const counts = async (url = QueueUrl) => {
  const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))
  return [
    Attributes.ApproximateNumberOfMessages,
    Attributes.ApproximateNumberOfMessagesNotVisible,
    Attributes.ApproximateNumberOfMessagesDelayed,
  ]
}

describe('sending and receiving', () => {
  test('a received message is hidden for the visibility timeout and comes again, counted', async () => {
    const sent = await send('hello')
    const [first] = await receive()
    expect(first).toMatchObject({ MessageId: sent.MessageId, Body: 'hello' })
    expect(first?.Attributes).toMatchObject({ ApproximateReceiveCount: '1', SentTimestamp: String(clock.now()), SenderId: 'AKTEST' })
    expect(await receive()).toEqual([])
    clock.forward(60_000)
    expect((await receive())[0]?.Attributes?.ApproximateReceiveCount).toBe('2')
  })

  test('the oldest messages come first, as many as asked for', async () => {
    for (const body of ['a', 'b', 'c']) await send(body)
    expect((await receive(QueueUrl, 2)).map(({ Body }) => Body)).toEqual(['a', 'b'])
  })

  test('a delayed message stays away until its time', async () => {
    const slow = 'http://localhost/000000000000/slow'
    await client.send(new SendMessageCommand({ QueueUrl: slow, MessageBody: 'later' }))
    await client.send(new SendMessageCommand({ QueueUrl: slow, MessageBody: 'now', DelaySeconds: 0 }))
    expect(await counts(slow)).toEqual(['1', '0', '1'])
    expect((await receive(slow)).map(({ Body }) => Body)).toEqual(['now'])
    clock.forward(5_000)
    expect((await receive(slow)).map(({ Body }) => Body)).toEqual(['later'])
  })

  test('a message older than the retention period is gone', async () => {
    await send('old')
    clock.forward(345_600_000)
    expect(await receive()).toEqual([])
    expect(await counts()).toEqual(['0', '0', '0'])
  })

  test('a long poll is answered by the message that arrives meanwhile', async () => {
    const polled = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
    await expect(send('arrived')).resolves.toBeDefined()
    expect((await polled).Messages?.[0]?.Body).toBe('arrived')
  })

  test('a long poll under way ends empty when the stack closes', async () => {
    const queue = sqs.queue(queueArn('work'))
    const request = { operation: 'ReceiveMessage', input: { QueueUrl, WaitTimeSeconds: 20 } } as unknown as AwsRequest
    const polled = sqs.handle(request)
    expect(queue?.counts().visible).toBe(0)
    await sqs.close?.()
    expect((await polled).body).toBe('{}')
    sqs = createSqs({ deployment, dataDir, log: () => {}, now: clock.now })
  })

  test('message attributes come back by name, prefix or all, with their digest', async () => {
    const MessageAttributes = {
      'trace.id': { DataType: 'String', StringValue: 't1' },
      raw: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) },
    }
    const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes }))
    const command = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['trace.*'], VisibilityTimeout: 0 })
    expect(Object.keys((await client.send(command)).Messages?.[0]?.MessageAttributes ?? {})).toEqual(['trace.id'])
    const all = (await client.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }))).Messages?.[0]
    expect(Buffer.from(all?.MessageAttributes?.raw?.BinaryValue ?? []).toString('hex')).toBe('0102')
    expect(all?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes)
  })
})

describe('deleting and hiding', () => {
  test('a deleted message never comes again', async () => {
    await send('done')
    const [message] = await receive()
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }))
    clock.forward(60_000)
    expect(await receive()).toEqual([])
  })

  test('a receipt of an earlier receive deletes nothing', async () => {
    await send('twice')
    const [first] = await receive()
    clock.forward(60_000)
    await receive()
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }))
    expect(await counts()).toEqual(['0', '1', '0'])
  })

  test('visibility set to zero shows the message at once', async () => {
    await send('again')
    const [message] = await receive()
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 }))
    expect(await receive()).toHaveLength(1)
  })

  test('visibility of a message that is not in flight cannot be changed', async () => {
    await send('again')
    const [message] = await receive()
    clock.forward(60_000)
    const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 9 })
    await expect(client.send(change)).rejects.toMatchObject({ name: 'MessageNotInflight' })
    const bare = {
      operation: 'ChangeMessageVisibility',
      input: { QueueUrl, ReceiptHandle: message?.ReceiptHandle },
    } as unknown as AwsRequest
    await expect(sqs.handle(bare)).rejects.toMatchObject({ code: 'MissingParameter' })
  })

  test('batches answer entry by entry', async () => {
    const Entries = [
      { Id: 'good', MessageBody: 'x' },
      { Id: 'bad', MessageBody: 'control \u0001' },
    ]
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good'])
    expect(sent.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }])
    const ReceiptHandle = (await receive())[0]?.ReceiptHandle
    const change = { QueueUrl, Entries: [{ Id: 'one', ReceiptHandle, VisibilityTimeout: 90 }] }
    expect((await client.send(new ChangeMessageVisibilityBatchCommand(change))).Successful).toHaveLength(1)
    const handles = [
      { Id: 'one', ReceiptHandle },
      { Id: 'two', ReceiptHandle: 'nonsense' },
    ]
    const gone = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }))
    expect(gone.Successful).toHaveLength(1)
    expect(gone.Failed?.[0]?.Code).toBe('ReceiptHandleIsInvalid')
  })

  test('a purged queue is empty', async () => {
    await send('x')
    await client.send(new PurgeQueueCommand({ QueueUrl }))
    expect(await counts()).toEqual(['0', '0', '0'])
  })
})

describe('dead letters', () => {
  const wearOut = async () => {
    await send('poison')
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await receive()).toHaveLength(1)
      clock.forward(60_000)
    }
    expect(await receive()).toEqual([])
  }

  test('a message received maxReceiveCount times goes to the dead-letter queue with its id and origin', async () => {
    await wearOut()
    expect(await counts()).toEqual(['0', '0', '0'])
    const [message] = await receive(dead)
    expect(message).toMatchObject({ Body: 'poison', Attributes: { DeadLetterQueueSourceArn: queueArn('work') } })
  })

  test('a redrive brings dead letters back to where they came from and is listed', async () => {
    await wearOut()
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn('dead') }))
    expect(await counts(dead)).toEqual(['0', '0', '0'])
    expect((await receive())[0]?.Body).toBe('poison')
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: queueArn('dead') }))
    expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1, ApproximateNumberOfMessagesToMove: 1 }])
  })

  test('a redrive may name another destination', async () => {
    await wearOut()
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn('dead'), DestinationArn: queueArn('slow') }))
    expect(await counts('http://localhost/000000000000/slow')).toEqual(['1', '0', '0'])
  })

  test('only a dead-letter queue can be redriven', async () => {
    const start = (SourceArn: string) => client.send(new StartMessageMoveTaskCommand({ SourceArn }))
    await expect(start(queueArn('work'))).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(start(queueArn('nowhere'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('requests that SQS refuses', () => {
  const refused: [string, () => Promise<unknown>, string][] = [
    ['an unknown queue', () => client.send(new GetQueueUrlCommand({ QueueName: 'nope' })), 'QueueDoesNotExist'],
    ['an unknown operation', () => client.send(new TagQueueCommand({ QueueUrl, Tags: {} })), 'UnsupportedOperation'],
    ['an empty body', () => send(''), 'MissingParameter'],
    [
      'a body over the limit',
      () => client.send(new SendMessageCommand({ QueueUrl: QueueUrl.replace('work', 'slow'), MessageBody: 'x'.repeat(1025) })),
      'InvalidParameterValue',
    ],
    [
      'too long a delay',
      () => client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 901 })),
      'InvalidParameterValue',
    ],
    ['eleven messages at once', () => receive(QueueUrl, 11), 'InvalidParameterValue'],
    ['an empty batch', () => client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] })), 'EmptyBatchRequest'],
    ['eleven entries', () => batch(Array.from({ length: 11 }, (_, index) => String(index))), 'TooManyEntriesInBatchRequest'],
    ['a repeated id', () => batch(['a', 'a']), 'BatchEntryIdsNotDistinct'],
    ['a strange id', () => batch(['a b']), 'InvalidBatchEntryId'],
    ['a batch over the limit', () => batch(['a', 'b'], 'x'.repeat(600_000)), 'BatchRequestTooLong'],
    [
      'eleven attributes',
      () => client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes: elevenAttributes })),
      'InvalidParameterValue',
    ],
  ]
  const batch = (ids: string[], MessageBody = 'x') =>
    client.send(new SendMessageBatchCommand({ QueueUrl, Entries: ids.map((Id) => ({ Id, MessageBody })) }))
  const elevenAttributes = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`a${n}`, { DataType: 'String', StringValue: 'x' }]))
  test.each(refused)('%s', async (_, attempt, name) => {
    await expect(attempt()).rejects.toMatchObject({ name })
  })
})

describe('restart', () => {
  const restart = () => {
    for (const queue of sqs.queues()) queue.close()
    return createSqs({ deployment, dataDir, log: () => {}, now: clock.now })
  }

  test('what was accepted and not deleted is there after a restart, with its count, and visible at once', async () => {
    await send('kept')
    await send('deleted')
    const messages = await receive()
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: messages[1]?.ReceiptHandle }))
    const again = restart()
    const received = again.queue(queueArn('work'))?.receive(10)
    expect(received?.map(({ body, receiveCount }) => [body, receiveCount])).toEqual([['kept', 2]])
    await again.close?.()
    sqs = createSqs({ deployment, dataDir, log: () => {}, now: clock.now })
  })

  test('a purge holds after a restart', async () => {
    await send('gone')
    await client.send(new PurgeQueueCommand({ QueueUrl }))
    sqs = restart()
    expect(sqs.queue(queueArn('work'))?.all()).toEqual([])
  })
})

describe('the template', () => {
  test('a queue is found by name and url', async () => {
    expect((await client.send(new GetQueueUrlCommand({ QueueName: 'work' }))).QueueUrl).toBe(QueueUrl)
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls).toHaveLength(3)
  })

  test('settings of the template are what GetQueueAttributes tells', async () => {
    const names = { QueueUrl, AttributeNames: ['VisibilityTimeout', 'RedrivePolicy'] as const }
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ ...names, AttributeNames: [...names.AttributeNames] }))
    expect(Attributes).toEqual({
      VisibilityTimeout: '60',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 }),
    })
  })

  test('a FIFO queue and a dead-letter queue outside the template are refused at start', () => {
    const start = (properties: object) => () =>
      createSqs({ deployment: deploymentOf([queueResource('q', properties)]), dataDir, log: () => {} })
    expect(start({ FifoQueue: true })).toThrow('FIFO')
    const policy = JSON.stringify({ deadLetterTargetArn: queueArn('nowhere'), maxReceiveCount: 3 })
    expect(start({ RedrivePolicy: policy })).toThrow('is not in the template')
  })

  test('sending to a queue that does not exist is an error', () => {
    expect(() => sqs.send(queueArn('nowhere'), { body: 'x' })).toThrow('does not exist')
  })
})

describe('permissions asked for', () => {
  const needs = (operation: string, input: object) =>
    sqs.needs({ operation, input } as unknown as AwsRequest).map(({ action, resource }) => `${action} ${resource}`)
  test('each operation on its queue, batches by their single operation', () => {
    expect(needs('SendMessageBatch', { QueueUrl })).toEqual([`sqs:SendMessage ${queueArn('work')}`])
    expect(needs('GetQueueUrl', { QueueName: 'dead' })).toEqual([`sqs:GetQueueUrl ${queueArn('dead')}`])
    expect(needs('ListQueues', {})).toEqual(['sqs:ListQueues *'])
  })
  test('a move needs reading and deleting at its source and sending at its destination', () => {
    const input = { SourceArn: queueArn('dead'), DestinationArn: queueArn('work') }
    expect(needs('StartMessageMoveTask', input)).toEqual([
      `sqs:StartMessageMoveTask ${queueArn('dead')}`,
      `sqs:ReceiveMessage ${queueArn('dead')}`,
      `sqs:DeleteMessage ${queueArn('dead')}`,
      `sqs:GetQueueAttributes ${queueArn('dead')}`,
      `sqs:SendMessage ${queueArn('work')}`,
    ])
    expect(needs('ListMessageMoveTasks', { SourceArn: queueArn('dead') })).toHaveLength(4)
  })
})
