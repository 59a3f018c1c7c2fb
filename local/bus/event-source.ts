import type { Sqs } from '../queue/sqs.ts'
import type { Clock, Deployment, Invoke, Log } from '../types.ts'
import { type Evaluate, isQueue, loadMappings, type Mapping } from './mapping.ts'
import { startQueueSource } from './queue-source.ts'
import type { EventSource, ReadStream } from './source.ts'
import { startStreamSource } from './stream-source.ts'

export interface EventSourceOptions {
  deployment: Deployment
  sqs: Pick<Sqs, 'queue' | 'send'>
  /** `Iam.evaluate`. */
  evaluate: Evaluate
  invoke: Invoke
  /** `DynamoDb.readStream`. */
  readStream: ReadStream
  log: Log
  now?: Clock
  /** Wait before a failed message or batch is tried again, by attempts so far (from 1); by default 0.5 s doubling to 8 s. */
  backoffSeconds?: (attempts: number) => number
  /** Concurrent batches of one queue, where the template allows as many. */
  mostConcurrent?: number
  mostWindowSeconds?: number
}

/** Starts every event source mapping of the template; throws, naming them, when a role may not poll its source. */
export function startEventSources(options: EventSourceOptions): EventSource {
  const mappings = loadMappings(options.deployment, options.evaluate)
  const sources = mappings.map((mapping) => (isQueue(mapping.sourceArn) ? startQueue(options, mapping) : startStream(options, mapping)))
  return {
    pending: () => sources.reduce((sum, source) => sum + source.pending(), 0),
    async close() {
      await Promise.all(sources.map((source) => source.close()))
    },
  }
}

const doubling = (attempts: number): number => Math.min(0.5 * 2 ** (attempts - 1), 8)

function startQueue(options: EventSourceOptions, mapping: Mapping): EventSource {
  const queue = options.sqs.queue(mapping.sourceArn)
  if (!queue) throw new Error(`event source mapping of ${mapping.functionArn}: the template has no queue ${mapping.sourceArn}`)
  return startQueueSource({
    mapping,
    queue,
    region: options.deployment.region,
    invoke: options.invoke,
    log: options.log,
    backoffSeconds: options.backoffSeconds ?? doubling,
    mostConcurrent: options.mostConcurrent ?? 4,
    mostWindowSeconds: options.mostWindowSeconds ?? 0.1,
  })
}

function startStream(options: EventSourceOptions, mapping: Mapping): EventSource {
  const backoffSeconds = options.backoffSeconds ?? doubling
  return startStreamSource({
    mapping,
    readStream: options.readStream,
    invoke: options.invoke,
    discard: (queueArn, body) => options.sqs.send(queueArn, { body }),
    log: options.log,
    now: options.now ?? Date.now,
    backoffMilliseconds: (retry) => backoffSeconds(retry + 1) * 1000,
  })
}
