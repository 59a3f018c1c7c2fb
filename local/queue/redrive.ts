import { randomUUID } from 'node:crypto'
import { AwsError, type Clock } from '../types.ts'
import type { Queue } from './queue.ts'

interface MoveTask {
  TaskHandle: string
  Status: 'COMPLETED'
  SourceArn: string
  DestinationArn?: string
  ApproximateNumberOfMessagesMoved: number
  ApproximateNumberOfMessagesToMove: number
  StartedTimestamp: number
}

export interface Redrive {
  start(input: Record<string, unknown>): Record<string, unknown>
  list(input: Record<string, unknown>): Record<string, unknown>
}

/**
 * Moves the messages of a dead-letter queue back to where they came from, or to the named destination.
 * Each one stands in its destination before it leaves its source, so a kill in between repeats it and loses none.
 */
export function createRedrive(queues: Map<string, Queue>, now: Clock): Redrive {
  const tasks: MoveTask[] = []
  const existing = (arn: unknown): Queue => {
    const queue = queues.get(String(arn))
    if (!queue)
      throw new AwsError(
        'ResourceNotFoundException',
        `The resource that you specified for the SourceArn or DestinationArn parameter doesn't exist.`,
      )
    return queue
  }
  return {
    start(input) {
      const source = existing(input.SourceArn)
      const feeding = [...queues.values()].filter((queue) => queue.settings.redrive?.deadLetterArn === source.settings.arn)
      if (feeding.length === 0) throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.')
      const destination = input.DestinationArn === undefined ? undefined : existing(input.DestinationArn)
      const waiting = source.all()
      const moved = waiting.filter((message) => {
        const target = destination ?? (message.movedFrom ? queues.get(message.movedFrom) : undefined)
        target?.adopt(message)
        if (target) source.remove(message.id)
        return target !== undefined
      })
      const task: MoveTask = {
        TaskHandle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.settings.arn })).toString('base64'),
        Status: 'COMPLETED',
        SourceArn: source.settings.arn,
        ...(destination ? { DestinationArn: destination.settings.arn } : {}),
        ApproximateNumberOfMessagesMoved: moved.length,
        ApproximateNumberOfMessagesToMove: waiting.length,
        StartedTimestamp: now(),
      }
      tasks.unshift(task)
      return { TaskHandle: task.TaskHandle }
    },
    list(input) {
      const { arn } = existing(input.SourceArn).settings
      return { Results: tasks.filter((task) => task.SourceArn === arn).slice(0, Number(input.MaxResults ?? 1)) }
    },
  }
}
