import { Stack, type StackProps } from 'aws-cdk-lib'
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { FilterRule } from 'aws-cdk-lib/aws-lambda'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Reaction } from '../shared/react.ts'
import type { Task } from '../shared/task.ts'
import { alarm } from './alarms.ts'
import { nameFor, TesseraFunction, type TesseraFunctionProps } from './function.ts'
import { shareOf } from './parameters.ts'
import type { InRing, Part } from './parts.ts'
import { deadLetterQueue } from './queue.ts'
import { ReactingFunction } from './reaction.ts'
import { resourcesWithBus } from './resources.ts'
import type { Stage } from './stage.ts'
import { streamFunction } from './stream-function.ts'

export interface ReactionsStackProps extends StackProps {
  stage: Stage
  codeDir: string
  ring: string
  reactions: readonly InRing<Part<Reaction>>[]
  tasks: readonly InRing<Part<Task>>[]
}

type Surroundings = Pick<TesseraFunctionProps, 'stage' | 'codeDir' | 'resources'>

/** What the contexts of a ring do by themselves: reactions to events, and work by schedule or command. */
export class ReactionsStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codeDir, ring, reactions, tasks, ...props }: ReactionsStackProps) {
    super(scope, id, { ...props, description: `Tessera: reactions and tasks of the ring ${ring}` })
    const resources = resourcesWithBus(this, stage)
    const surroundings = { stage, codeDir, resources }
    const bus = EventBus.fromEventBusName(this, 'Bus', shareOf(this, stage, 'event-bus-name'))
    const reacting = reactions.map((part) => new ReactingFunction(this, { part, bus, ...surroundings }))
    this.alarms(stage, reactions)
    if (tasks.length === 0) return
    const parked = deadLetterQueue(this, 'Parked', nameFor(stage, `${ring}-parked`, 80))
    const queueArns = [...reacting.flatMap(({ queue, deadLetters }) => [deadLetters.queueArn, queue.queueArn]), parked.queueArn]
    for (const part of tasks) {
      if ('stream' in part.rule.startedBy) sealing(this, part, surroundings, parked)
      else startedTask(this, part, { ...surroundings, resources: { ...resources, queueArns } }, parked)
    }
  }

  /** A job that failed for good is for people to look at, and nobody else tells them. */
  private alarms(stage: Stage, reactions: readonly Part<Reaction>[]): void {
    const jobs = reactions.filter(({ rule }) => 'cursor' in rule)
    if (jobs.length === 0) return
    const topic = Topic.fromTopicArn(this, 'Alarms', shareOf(this, stage, 'alarm-topic-arn'))
    const description = 'A job failed for good. Runbook: A job does not come further.'
    for (const { name: part } of jobs) alarm(this, stage, topic, { metric: 'jobs_failed', part, above: 0, periods: 1, description })
  }
}

/** A minute is promised from an entry to its checkpoint. The longer entries are gathered, the fewer writes and signatures they take. */
const SEAL_WINDOW_SECONDS = 20
const SEAL_BATCH = 1_000

/** Audit entries, and not the rows that list them, which bear the same ids. */
const sealing = (scope: Construct, part: Part<Task>, surroundings: Surroundings, parked: Queue): void =>
  streamFunction(scope, part, surroundings, {
    id: `${part.name}-stream`,
    parked,
    batchSize: SEAL_BATCH,
    windowSeconds: SEAL_WINDOW_SECONDS,
    filter: { Keys: { sk: { S: FilterRule.beginsWith('aud_') } }, NewImage: { packed: { B: FilterRule.exists() } } },
  })

/** Started by a schedule, with its failures to start parked, or by an operator. */
export function startedTask(scope: Construct, part: Part<Task>, surroundings: Surroundings, parked: Queue): void {
  const { lambda } = new TesseraFunction(scope, { part, ...surroundings })
  const { startedBy } = part.rule
  if (!('schedule' in startedBy)) return
  new Rule(scope, `${part.name}-schedule`, {
    ruleName: nameFor(surroundings.stage, part.name),
    description: part.summary,
    schedule: Schedule.expression(startedBy.schedule),
    targets: [new LambdaFunction(lambda, { deadLetterQueue: parked, retryAttempts: 2 })],
  })
}
