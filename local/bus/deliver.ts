import { setTimeout as sleep } from 'node:timers/promises'
import type { MessageAttribute } from '../queue/queue.ts'
import { FunctionError, type Invoke, type Log } from '../types.ts'
import type { Rule, Target } from './rules.ts'

/** Where events go: a queue takes a message at once or throws; a function runs. */
export interface Destinations {
  send(queueArn: string, message: { body: string; attributes?: Record<string, MessageAttribute> }): void
  invoke: Invoke
}

export interface DeliverySettings {
  log: Log
  /** Waited before each further attempt; the local stack does not wait as long as AWS does. */
  retryMilliseconds: number
  signal: AbortSignal
}

/** EventBridge invokes functions asynchronously, and Lambda then repeats a failed run twice. */
const ASYNCHRONOUS_RETRIES = 2
/** EventBridge itself retries 185 times in 24 hours; nobody waits for that here. */
const MOST_RETRIES = 3

/** Delivers to a queue before it returns; a function's run goes on after it. What cannot be delivered goes to the target's dead-letter queue. */
export function deliver(
  destinations: Destinations,
  settings: DeliverySettings,
  delivery: { rule: Rule; target: Target; input: string },
): Promise<void> | undefined {
  const { target, input } = delivery
  if (!target.Arn.startsWith('arn:aws:sqs:')) return run(destinations, settings, delivery)
  try {
    destinations.send(target.Arn, { body: input })
  } catch (error) {
    bury(destinations, settings, { ...delivery, error: error as Error, attempts: 0 })
  }
  return undefined
}

async function run(
  destinations: Destinations,
  settings: DeliverySettings,
  delivery: { rule: Rule; target: Target; input: string },
): Promise<void> {
  const { rule, target, input } = delivery
  const allowed = Math.min(target.RetryPolicy?.MaximumRetryAttempts ?? MOST_RETRIES, MOST_RETRIES)
  for (let attempts = 0; !settings.signal.aborted; attempts++) {
    try {
      await destinations.invoke(target.Arn, JSON.parse(input))
      return
    } catch (error) {
      const failed = error instanceof FunctionError
      settings.log('events', `${rule.name} → ${target.Arn}: ${(error as Error).message}`)
      if (failed && attempts >= ASYNCHRONOUS_RETRIES) return
      if (!failed && attempts >= allowed) return bury(destinations, settings, { ...delivery, error: error as Error, attempts })
    }
    await sleep(settings.retryMilliseconds * 2 ** attempts, undefined, { signal: settings.signal }).catch(() => {})
  }
}

function bury(
  destinations: Destinations,
  { log }: DeliverySettings,
  { rule, target, input, error, attempts }: { rule: Rule; target: Target; input: string; error: Error; attempts: number },
): void {
  const grave = target.DeadLetterConfig?.Arn
  log(
    'events',
    `${rule.name} → ${target.Arn} could not be delivered (${error.message}) → ${grave ?? 'lost, the target has no dead-letter queue'}`,
  )
  if (grave === undefined) return
  const text = (StringValue: string) => ({ DataType: 'String', StringValue })
  const attributes = {
    RULE_ARN: text(rule.arn),
    TARGET_ARN: text(target.Arn),
    ERROR_CODE: text(error.name),
    ERROR_MESSAGE: text(error.message),
    RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(attempts) },
    EXHAUSTED_RETRY_CONDITION: text('MaximumRetryAttempts'),
  }
  destinations.send(grave, { body: input, attributes })
}
