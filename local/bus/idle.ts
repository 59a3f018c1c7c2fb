import { setTimeout as sleep } from 'node:timers/promises'
import type { Sqs } from '../queue/sqs.ts'
import type { Deployment } from '../types.ts'

/** A part of the stack that knows how much of its work is under way. */
export interface Busy {
  pending(): number | Promise<number>
}

/** Messages in queues that a function polls, seen or in flight; dead letters wait for people and do not count. */
export function queuedWork(deployment: Deployment, sqs: Pick<Sqs, 'queue'>): Busy {
  const polled = deployment.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => String(properties.EventSourceArn))
  const queues = [...new Set(polled)].flatMap((arn) => sqs.queue(arn) ?? [])
  return { pending: () => queues.reduce((sum, queue) => sum + queue.all().length, 0) }
}

/**
 * Resolves when no part had work under way for several looks in a row: work on its way from one part to the next
 * (a stream record not yet read) is seen by none of them for a moment. Rejects after `withinMilliseconds`.
 */
export async function idle(
  parts: Busy[],
  options: { everyMilliseconds?: number; looks?: number; withinMilliseconds?: number } = {},
): Promise<void> {
  const { everyMilliseconds = 25, looks = 4, withinMilliseconds = 30_000 } = options
  const deadline = Date.now() + withinMilliseconds
  for (let quiet = 0; quiet < looks; ) {
    const pending = (await Promise.all(parts.map((part) => part.pending()))).reduce((sum, count) => sum + count, 0)
    quiet = pending === 0 ? quiet + 1 : 0
    if (pending > 0 && Date.now() > deadline)
      throw new Error(`the stack is still busy after ${withinMilliseconds} ms: ${pending} under way`)
    if (quiet < looks) await sleep(everyMilliseconds)
  }
}
