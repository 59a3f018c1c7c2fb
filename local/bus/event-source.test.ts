import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { DynamoDBRecord } from 'aws-lambda'
import { createSqs, type Sqs } from '../queue/sqs.ts'
import { FunctionError, type IamRequest, type Invoke } from '../types.ts'
import { type EventSourceOptions, startEventSources } from './event-source.ts'
import { idle, queuedWork } from './idle.ts'
import type { EventSource, OnRecords } from './source.ts'
import { deploymentOf, manualClock, queueArn, queueResource } from './test-stack.ts'

const streamArn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/tessera/stream/2026-01-01T00:00:00.000'
const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:react'
const clock = manualClock()

let closing: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  for (const close of closing) await close()
  closing = []
})

interface Started {
  sqs: Sqs
  sources: EventSource
  settled: () => Promise<void>
  /** Hands records over as the stream's reader does. */
  stream: OnRecords
}

async function start(mapping: object, invoke: Invoke, options: Partial<EventSourceOptions> = {}): Promise<Started> {
  const deployment = deploymentOf([
    queueResource('work', { RedrivePolicy: { deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 3 } }),
    queueResource('dead'),
    { type: 'AWS::Lambda::Function', id: 'react', arn: functionArn, properties: { Role: 'arn:aws:iam::000000000000:role/react' } },
    {
      type: 'AWS::Lambda::EventSourceMapping',
      id: 'mapping',
      properties: { EventSourceArn: queueArn('work'), FunctionName: 'react', ...mapping },
    },
  ])
  const sqs = createSqs({ deployment, dataDir: mkdtempSync(join(tmpdir(), 'tessera-source-')), log: () => {} })
  closing.push(() => sqs.close?.())
  let stream: OnRecords = async () => {}
  const readStream: EventSourceOptions['readStream'] = ({ tableStreamArn, consumer, onBatch }) => {
    expect([tableStreamArn, consumer]).toEqual([streamArn, 'mapping'])
    stream = onBatch
    return { stop: async () => {} }
  }
  const evaluate = () => ({ allowed: true, reason: '' })
  const sources = startEventSources({
    deployment,
    sqs,
    invoke,
    evaluate,
    readStream,
    log: () => {},
    now: clock.now,
    backoffSeconds: () => 0,
    ...options,
  })
  closing.unshift(() => sources.close())
  return { sqs, sources, stream, settled: () => idle([queuedWork(deployment, sqs), sources]) }
}

type QueueEvent = { Records: { messageId: string; body: string; attributes: Record<string, string> }[] }
const bodiesOf = (event: unknown) => (event as QueueEvent).Records.map(({ body }) => body)
const reporting = { FunctionResponseTypes: ['ReportBatchItemFailures'] }
const dead = (sqs: Sqs) =>
  sqs
    .queue(queueArn('dead'))
    ?.all()
    .map(({ body }) => body) ?? []

describe('a queue with a function', () => {
  test('messages come in batches, shaped as Lambda shapes them, and are deleted after success', async () => {
    const seen: unknown[] = []
    const { sqs, settled } = await start({ BatchSize: 2 }, async (name, event) => seen.push([name, event]))
    const traced = { trace: { DataType: 'String', StringValue: 't1' } }
    sqs.send(queueArn('work'), { body: 'a', attributes: traced })
    sqs.send(queueArn('work'), { body: 'b' })
    sqs.send(queueArn('work'), { body: 'c' })
    await settled()
    expect(seen).toHaveLength(2)
    expect(seen[0]).toMatchObject([
      functionArn,
      {
        Records: [
          {
            body: 'a',
            eventSource: 'aws:sqs',
            eventSourceARN: queueArn('work'),
            awsRegion: 'eu-central-1',
            md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
            attributes: { ApproximateReceiveCount: '1' },
            messageAttributes: { trace: { stringValue: 't1', dataType: 'String' } },
          },
          { body: 'b' },
        ],
      },
    ])
    expect(sqs.queue(queueArn('work'))?.all()).toEqual([])
  })

  test('only the reported messages come again', async () => {
    const batches: string[][] = []
    const { sqs, settled } = await start(reporting, async (_, event) => {
      batches.push(bodiesOf(event))
      const failed = (event as QueueEvent).Records.filter(
        ({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1',
      )
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
    })
    for (const body of ['good', 'bad', 'fine']) sqs.send(queueArn('work'), { body })
    await settled()
    expect(batches).toEqual([['good', 'bad', 'fine'], ['bad']])
    expect(dead(sqs)).toEqual([])
  })

  test('a message that keeps failing ends in the dead-letter queue after maxReceiveCount attempts', async () => {
    let runs = 0
    const { sqs, settled } = await start({}, async () => {
      runs += 1
      throw new FunctionError('Error', 'broken')
    })
    sqs.send(queueArn('work'), { body: 'poison' })
    await settled()
    expect(runs).toBe(3)
    expect(dead(sqs)).toEqual(['poison'])
  })

  /** Lambda's guide, "Implementing partial batch responses" for SQS: what counts as success, what as failure of all. */
  const answers: [string, unknown, boolean][] = [
    ['nothing', undefined, true],
    ['null', null, true],
    ['an empty text', '', true],
    ['an empty answer', {}, true],
    ['an empty list', { batchItemFailures: [] }, true],
    ['a missing list', { batchItemFailures: null }, true],
    ['a text', 'oops', false],
    ['a list that is none', { batchItemFailures: 'x' }, false],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, false],
    ['no identifier', { batchItemFailures: [{ itemIdentifier: null }] }, false],
    ['no item', { batchItemFailures: [null] }, false],
    ['a bad key name', { batchItemFailures: [{ id: 'x' }] }, false],
    ['an unknown identifier', { batchItemFailures: [{ itemIdentifier: 'unknown' }] }, false],
  ]
  test.each(answers)('an answer of %s', async (_, answer, success) => {
    const { sqs, settled } = await start(reporting, async () => answer)
    sqs.send(queueArn('work'), { body: 'x' })
    await settled()
    expect(dead(sqs)).toEqual(success ? [] : ['x'])
  })

  test('an answer means nothing without ReportBatchItemFailures', async () => {
    const { sqs, settled } = await start({}, async (_, event) => {
      return { batchItemFailures: (event as QueueEvent).Records.map(({ messageId }) => ({ itemIdentifier: messageId })) }
    })
    sqs.send(queueArn('work'), { body: 'x' })
    await settled()
    expect(dead(sqs)).toEqual([])
  })

  test('messages the filter does not want are deleted unseen', async () => {
    const seen: string[] = []
    const FilterCriteria = { Filters: [{ Pattern: '{"body":{"type":["wanted"]}}' }, { Pattern: '{"body":["plain"]}' }] }
    const { sqs, settled } = await start({ FilterCriteria }, async (_, event) => seen.push(...bodiesOf(event)))
    for (const body of ['{"type":"wanted"}', '{"type":"other"}', 'plain', 'text']) sqs.send(queueArn('work'), { body })
    await settled()
    expect(seen).toEqual(['{"type":"wanted"}', 'plain'])
    expect(sqs.queue(queueArn('work'))?.all()).toEqual([])
  })

  test('no more batches run at once than the mapping allows', async () => {
    let running = 0
    let most = 0
    const { sqs, settled } = await start({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }, async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
    })
    for (let index = 0; index < 10; index++) sqs.send(queueArn('work'), { body: String(index) })
    await settled()
    expect(most).toBe(2)
  })

  test('a batch waits its window to fill', async () => {
    const batches: string[][] = []
    const { sqs, settled } = await start({ MaximumBatchingWindowInSeconds: 5 }, async (_, event) => batches.push(bodiesOf(event)), {
      mostWindowSeconds: 0.02,
    })
    sqs.send(queueArn('work'), { body: 'first' })
    await Promise.resolve()
    sqs.send(queueArn('work'), { body: 'second' })
    await settled()
    expect(batches).toEqual([['first', 'second']])
  })

  test('a disabled mapping polls nothing', async () => {
    let runs = 0
    const { sqs } = await start({ Enabled: false }, async () => {
      runs += 1
    })
    sqs.send(queueArn('work'), { body: 'x' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(runs).toBe(0)
  })
})

const record = (sequence: number, more: object = {}): DynamoDBRecord => ({
  eventName: 'INSERT',
  eventSourceARN: streamArn,
  dynamodb: { SequenceNumber: String(sequence), ApproximateCreationDateTime: clock.now() / 1000, NewImage: { n: { N: String(sequence) } } },
  ...more,
})
const sequences = (event: unknown) =>
  (event as { Records: DynamoDBRecord[] }).Records.map(({ dynamodb }) => Number(dynamodb?.SequenceNumber))
const fromStream = {
  EventSourceArn: streamArn,
  MaximumRetryAttempts: 1,
  DestinationConfig: { OnFailure: { Destination: queueArn('dead') } },
}

describe('a stream with a function', () => {
  test('records come in order, in batches, and only those the filter wants', async () => {
    const batches: number[][] = []
    const FilterCriteria = { Filters: [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"n":{"N":[{"anything-but":"2"}]}}}}' }] }
    const { stream } = await start({ ...fromStream, BatchSize: 2, FilterCriteria }, async (_, event) => batches.push(sequences(event)))
    await stream([record(1), record(2), record(3), record(4), record(5, { eventName: 'REMOVE' })])
    expect(batches).toEqual([[1, 3], [4]])
  })

  test('a batch that keeps failing is given up after its retries, with a record of where it stood', async () => {
    let runs = 0
    const { stream, sqs } = await start(fromStream, async () => {
      runs += 1
      throw new FunctionError('Error', 'broken')
    })
    await stream([record(7), record(8)], 'shardId-1')
    expect(runs).toBe(2)
    const arrived = new Date(clock.now()).toISOString().replace('.000Z', 'Z')
    expect(JSON.parse(dead(sqs)[0] ?? '')).toEqual({
      requestContext: { requestId: expect.any(String), functionArn, condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: new Date(clock.now()).toISOString(),
      DDBStreamBatchInfo: {
        shardId: 'shardId-1',
        startSequenceNumber: '7',
        endSequenceNumber: '8',
        approximateArrivalOfFirstRecord: arrived,
        approximateArrivalOfLastRecord: arrived,
        batchSize: 2,
        streamArn,
      },
    })
  })

  test('bisection isolates the bad record, and the good ones succeed', async () => {
    const good: number[] = []
    const { stream, sqs } = await start({ ...fromStream, BisectBatchOnFunctionError: true }, async (_, event) => {
      if (sequences(event).includes(3)) throw new FunctionError('Error', 'broken')
      good.push(...sequences(event))
    })
    await stream([1, 2, 3, 4, 5].map((sequence) => record(sequence)))
    expect(good).toEqual([1, 2, 4, 5])
    expect(dead(sqs).map((body) => JSON.parse(body).DDBStreamBatchInfo)).toMatchObject([
      { startSequenceNumber: '3', endSequenceNumber: '3', batchSize: 1 },
    ])
  })

  test('reported failures set the checkpoint at the lowest failed record', async () => {
    const batches: number[][] = []
    const { stream, sqs } = await start({ ...fromStream, ...reporting }, async (_, event) => {
      batches.push(sequences(event))
      return batches.length === 1 ? { batchItemFailures: [{ itemIdentifier: '4' }, { itemIdentifier: '3' }] } : { batchItemFailures: [] }
    })
    await stream([1, 2, 3, 4].map((sequence) => record(sequence)))
    expect(batches).toEqual([
      [1, 2, 3, 4],
      [3, 4],
    ])
    expect(dead(sqs)).toEqual([])
  })

  test('with bisection, a reported failure splits the batch there without costing a retry', async () => {
    const batches: number[][] = []
    const mapping = { ...fromStream, ...reporting, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 }
    const { stream, sqs } = await start(mapping, async (_, event) => {
      batches.push(sequences(event))
      return { batchItemFailures: sequences(event).includes(3) ? [{ itemIdentifier: '3' }] : [] }
    })
    await stream([1, 2, 3, 4].map((sequence) => record(sequence)))
    expect(batches).toEqual([[1, 2, 3, 4], [3, 4], [3], [4]])
    expect(dead(sqs)).toHaveLength(1)
  })

  test('a malformed answer fails the whole batch', async () => {
    const { stream, sqs } = await start({ ...fromStream, ...reporting, MaximumRetryAttempts: 0 }, async () => ({ batchItemFailures: [{}] }))
    await stream([record(1), record(2)])
    expect(JSON.parse(dead(sqs)[0] ?? '').DDBStreamBatchInfo.batchSize).toBe(2)
  })

  test('records older than the mapping allows are given up without a run', async () => {
    let runs = 0
    const { stream, sqs } = await start({ ...fromStream, MaximumRecordAgeInSeconds: 60 }, async () => {
      runs += 1
    })
    const old = record(1)
    clock.forward(61_000)
    await stream([old])
    expect(runs).toBe(0)
    expect(JSON.parse(dead(sqs)[0] ?? '').requestContext.condition).toBe('RecordAgeExceeded')
  })

  test('without a destination, records given up are gone, and the stream goes on', async () => {
    const { DestinationConfig: _, ...mapping } = fromStream
    const { stream, sqs, sources } = await start({ ...mapping, MaximumRetryAttempts: 0 }, async () => {
      throw new Error('no such function')
    })
    await stream([record(1)])
    expect(dead(sqs)).toEqual([])
    expect(sources.pending()).toBe(0)
  })

  test('closing in the middle of retries leaves the records to be read again', async () => {
    let failed: () => void = () => {}
    const once = new Promise<void>((resolve) => {
      failed = resolve
    })
    const invoke: Invoke = async () => {
      failed()
      throw new FunctionError('Error', 'broken')
    }
    const { stream, sources, sqs } = await start({ EventSourceArn: streamArn }, invoke, { backoffSeconds: () => 3600 })
    const handed = stream([record(1)])
    const rejected = expect(handed).rejects.toThrow('aborted')
    await once
    expect(sources.pending()).toBe(1)
    await sources.close()
    await rejected
    expect(dead(sqs)).toEqual([])
  })
})

describe('mappings that cannot work stop the start', () => {
  const refusing = (refused: string) => ({
    evaluate: (_: unknown, { action }: IamRequest) => ({ allowed: action !== refused, reason: 'because …' }),
  })
  test.each(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'])('a role without %s on its queue', async (action) => {
    const starting = start({}, async () => undefined, refusing(action))
    await expect(starting).rejects.toThrow(
      `arn:aws:iam::000000000000:role/react is not authorized to perform ${action} on ${queueArn('work')}`,
    )
  })
  test.each([
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'sqs:SendMessage',
  ])('a role without %s for its stream', async (action) => {
    await expect(start(fromStream, async () => undefined, refusing(action))).rejects.toThrow(`is not authorized to perform ${action}`)
  })
  test('a function, a queue or a filter that is not right', async () => {
    await expect(start({ FunctionName: 'nobody' }, async () => undefined)).rejects.toThrow('the template has no function nobody')
    await expect(start({ EventSourceArn: queueArn('none') }, async () => undefined)).rejects.toThrow('the template has no queue')
    const FilterCriteria = { Filters: [{ Pattern: '{' }] }
    await expect(start({ FilterCriteria }, async () => undefined)).rejects.toThrow(
      'event source mapping mapping: Event pattern is not valid',
    )
  })
})

describe('waiting until all is done', () => {
  test('work that never ends is an error, not a wait for ever', async () => {
    await expect(idle([{ pending: () => 1 }], { everyMilliseconds: 1, withinMilliseconds: 5 })).rejects.toThrow(
      'still busy after 5 ms: 1 under way',
    )
  })
  test('dead letters do not count, messages of polled queues do', async () => {
    const deployment = deploymentOf([
      queueResource('work'),
      queueResource('dead'),
      { type: 'AWS::Lambda::EventSourceMapping', id: 'mapping', properties: { EventSourceArn: queueArn('work') } },
    ])
    const sqs = createSqs({ deployment, dataDir: mkdtempSync(join(tmpdir(), 'tessera-idle-')), log: () => {} })
    closing.push(() => sqs.close?.())
    sqs.send(queueArn('work'), { body: 'x' })
    sqs.send(queueArn('dead'), { body: 'x' })
    expect(queuedWork(deployment, sqs).pending()).toBe(1)
  })
})
