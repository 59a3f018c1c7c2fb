import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { EventBus, Match } from 'aws-cdk-lib/aws-events'
import { FilterRule } from 'aws-cdk-lib/aws-lambda'
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Task } from '../shared/task.ts'
import { alarm, alarmTopic } from './alarms.ts'
import { nameFor, type TesseraFunctionProps } from './function.ts'
import { share } from './parameters.ts'
import type { Part } from './parts.ts'
import { deadLetterQueue } from './queue.ts'
import { startedTask } from './reactions-stack.ts'
import { type Resources, resourcesBelow } from './resources.ts'
import { mailDomain, type Stage } from './stage.ts'
import { streamFunction } from './stream-function.ts'

export interface EventsStackProps extends StackProps {
  stage: Stage
  codeDir: string
  /** Of the bus itself: the relay, the reconciler and the sweep of what is due. */
  tasks: readonly Part<Task>[]
}

type Surroundings = Pick<TesseraFunctionProps, 'stage' | 'codeDir' | 'resources'>

const RELAY_BATCH = 100
/** The sweep comes every minute, so what waited for two was passed over. */
const LATE_SECONDS = 120

/** Where events go: bus, archive, the relay that feeds the bus and what makes up for it, and the sender of mails. Reactions stand with their rings. */
export class EventsStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codeDir, tasks, ...props }: EventsStackProps) {
    super(scope, id, { ...props, description: 'Tessera: event bus' })
    const bus = this.bus(stage)
    new EmailIdentity(this, 'Sender', { identity: Identity.domain(mailDomain(stage)) })
    const resources: Resources = { ...resourcesBelow(this, stage), eventBusName: bus.eventBusName }
    const surroundings = { stage, codeDir, resources }
    const parked = deadLetterQueue(this, 'Parked', nameFor(stage, 'parked', 80))
    const queueArns = [parked.queueArn]
    for (const part of tasks) {
      if ('stream' in part.rule.startedBy) this.relay(part, surroundings, parked)
      else startedTask(this, part, { ...surroundings, resources: { ...resources, queueArns } }, parked)
    }
    const topic = alarmTopic(this, stage)
    alarm(this, stage, topic, {
      metric: 'due_lag_seconds',
      part: 'due',
      above: LATE_SECONDS,
      periods: 3,
      description: 'What fell due is handed out late. Runbook: Something is due and does not happen.',
    })
    share(this, stage, { 'event-bus-name': bus.eventBusName, 'alarm-topic-arn': topic.topicArn })
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

  /** Fed by the table's stream with new event items, in their order within a partition. */
  private relay(part: Part<Task>, surroundings: Surroundings, parked: Queue): void {
    streamFunction(this, part, surroundings, {
      id: 'Stream',
      parked,
      batchSize: RELAY_BATCH,
      filter: { NewImage: { feed: { S: FilterRule.isEqual('event') } } },
    })
  }
}
