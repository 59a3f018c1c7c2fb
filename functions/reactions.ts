import type { Reaction } from '../shared/react.ts'
import type { Task } from '../shared/task.ts'

/** A reaction or a task with its place in the tree. */
export interface Placed<T> {
  /** `audit-on-any-event`: the function's and the queue's name. */
  name: string
  /** `functions/audit/on-any-event.ts` */
  file: string
  rule: T
}

const place = <T>(file: string, rule: T): Placed<T> => ({
  name: file
    .replace(/^(functions|events)\//, '')
    .replace(/\.ts$/, '')
    .replaceAll('/', '-'),
  file,
  rule,
})

/** What answers to events: each line becomes a rule, a queue with its dead-letter queue, and a function. */
export const reactions: Placed<Reaction>[] = []

/** What the stream, a schedule, Cognito or an operator starts. */
export const tasks: Placed<Task>[] = []

export { place }
