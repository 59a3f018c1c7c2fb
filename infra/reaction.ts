import { type IEventBus, Match, Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Reaction } from '../shared/react.ts'
import { nameFor, TesseraFunction, type TesseraFunctionProps } from './function.ts'
import type { Part } from './parts.ts'
import { deadLetterQueue, mayPoll, queueBefore } from './queue.ts'

/** Every event of the product on the bus comes from a `tessera.<context>`. */
const EVERY_EVENT = { source: Match.prefix('tessera.') }

/** In EventBridge's words: a value that is not there does not exist. */
const patternOf = (only: NonNullable<Reaction['only']>) =>
  Object.fromEntries(Object.entries(only).map(([field, values]) => [field, values.map((value) => value ?? { exists: false })]))

export interface ReactingFunctionProps extends Omit<TesseraFunctionProps, 'part' | 'statements'> {
  part: Part<Reaction>
  bus: IEventBus
}

/** A reaction: its rule on the bus → its queue, with dead letters → its function. */
export class ReactingFunction extends Construct {
  readonly queue: Queue
  readonly deadLetters: Queue

  constructor(scope: Construct, { part, bus, ...props }: ReactingFunctionProps) {
    super(scope, `on-${part.name}`)
    const { name, rule, timeoutSeconds } = part
    const named = (suffix: string, limit: number) => nameFor(props.stage, `${name}${suffix}`, limit)
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', named('-dead', 80))
    this.queue = queueBefore(this, 'Queue', { queueName: named('', 80), timeoutSeconds, deadLetters: this.deadLetters })
    const { lambda } = new TesseraFunction(this, { ...props, part, statements: [mayPoll(this.queue)] })
    new EventSourceMapping(this, 'Mapping', {
      target: lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: rule.batchSize ?? 10,
      reportBatchItemFailures: true,
    })
    new Rule(this, 'Rule', {
      ruleName: named('', 64),
      description: rule.summary,
      eventBus: bus,
      eventPattern: {
        ...(rule.on === 'every event' ? EVERY_EVENT : { detailType: rule.on.map((type) => type.name) }),
        ...(rule.only ? { detail: { data: patternOf(rule.only) } } : {}),
      },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters })],
    })
  }
}
