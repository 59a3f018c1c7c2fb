import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { EventBus, Match, Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Reaction } from '../shared/react.ts'
import type { Task } from '../shared/task.ts'
import { nameFor, TesseraFunction, type TesseraFunctionProps } from './function.ts'
import { share, shareOf } from './parameters.ts'
import type { Part } from './parts.ts'
import { deadLetterQueue, maySend } from './queue.ts'
import { ReactingFunction } from './reaction.ts'
import { type Resources, resourcesBelow } from './resources.ts'
import { mailDomain, type Stage } from './stage.ts'

export interface EventsStackProps extends StackProps {
  stage: Stage
  codeDir: string
  reactions: readonly Part<Reaction>[]
  tasks: readonly Part<Task>[]
}

type Surroundings = Pick<TesseraFunctionProps, 'stage' | 'codeDir' | 'resources'>

/** Stream records live 24 hours; a record that failed this often and long is parked, and redriven from the event items. */
const RELAY_ATTEMPTS = 10
const RELAY_BATCH = 100

/** Where events go: bus, archive, every reaction, the relay that feeds the bus, scheduled work, and the sender of mails. */
export class EventsStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codeDir, reactions, tasks, ...props }: EventsStackProps) {
    super(scope, id, { ...props, description: 'Tessera: event bus and reactions' })
    const bus = this.bus(stage)
    new EmailIdentity(this, 'Sender', { identity: Identity.domain(mailDomain(stage)) })
    const resources: Resources = { ...resourcesBelow(this, stage), eventBusName: bus.eventBusName }
    const surroundings = { stage, codeDir, resources }
    const reacting = reactions.map((part) => new ReactingFunction(this, { part, bus, ...surroundings }))
    const parked = deadLetterQueue(this, 'Parked', nameFor(stage, 'parked', 80))
    const queueArns = [...reacting.flatMap(({ queue, deadLetters }) => [deadLetters.queueArn, queue.queueArn]), parked.queueArn]
    for (const part of tasks) this.task(part, { ...surroundings, resources: { ...resources, queueArns } }, parked)
    share(this, stage, { 'event-bus-name': bus.eventBusName })
  }

  private bus(stage: Stage): EventBus {
    const bus = new EventBus(this, 'Bus', { eventBusName: nameFor(stage, 'events', 256) })
    bus.archive('Archive', {
      archiveName: nameFor(stage, 'events', 48),
      eventPattern: { source: Match.prefix('tessera.') },
      retention: Duration.days(stage.archiveDays),
    })
    return bus
  }

  /** Cognito's triggers stand beside their pool, in the identity stack. */
  private task(part: Part<Task>, surroundings: Surroundings, parked: Queue): void {
    const { startedBy } = part.rule
    if ('stream' in startedBy) this.relay(part, surroundings, parked)
    if ('schedule' in startedBy) this.scheduled(part, startedBy.schedule, surroundings, parked)
    if ('command' in startedBy) new TesseraFunction(this, { part, ...surroundings })
  }

  /** Fed by the table's stream with new event items, in their order within a partition. */
  private relay(part: Part<Task>, surroundings: Surroundings, parked: Queue): void {
    const streamArn = shareOf(this, surroundings.stage, 'table-stream-arn')
    const readStream = new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [streamArn],
    })
    const { lambda } = new TesseraFunction(this, { part, ...surroundings, statements: [readStream, maySend(parked)] })
    new EventSourceMapping(this, 'Stream', {
      target: lambda,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: RELAY_BATCH,
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      retryAttempts: RELAY_ATTEMPTS,
      reportBatchItemFailures: true,
      onFailure: new SqsDlq(parked),
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { NewImage: { feed: { S: FilterRule.isEqual('event') } } },
        }),
      ],
    })
  }

  private scheduled(part: Part<Task>, schedule: string, surroundings: Surroundings, parked: Queue): void {
    const { lambda } = new TesseraFunction(this, { part, ...surroundings })
    new Rule(this, `${part.name}-schedule`, {
      ruleName: nameFor(surroundings.stage, part.name),
      description: part.summary,
      schedule: Schedule.expression(schedule),
      targets: [new LambdaFunction(lambda, { deadLetterQueue: parked, retryAttempts: 2 })],
    })
  }
}
