import { Duration } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Task } from '../shared/task.ts'
import { TesseraFunction, type TesseraFunctionProps } from './function.ts'
import { shareOf } from './parameters.ts'
import type { Part } from './parts.ts'
import { maySend } from './queue.ts'

interface Feeding {
  id: string
  parked: Queue
  batchSize: number
  /** How long records are gathered; at once, unless said otherwise. */
  windowSeconds?: number
  /** Which new items it is fed. */
  filter: object
}

/** Stream records live 24 hours; a record that failed this often and long is parked, and made up for from the items. */
const ATTEMPTS = 10

/** A function that the table's stream feeds with new items, in their order within a partition. DynamoDB lets two read a stream without being slowed. */
export function streamFunction(
  scope: Construct,
  part: Part<Task>,
  surroundings: Pick<TesseraFunctionProps, 'stage' | 'codeDir' | 'resources'>,
  { id, parked, batchSize, windowSeconds, filter }: Feeding,
): void {
  const streamArn = shareOf(scope, surroundings.stage, 'table-stream-arn')
  const readStream = new PolicyStatement({
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    resources: [streamArn],
  })
  const { lambda } = new TesseraFunction(scope, { part, ...surroundings, statements: [readStream, maySend(parked)] })
  new EventSourceMapping(scope, id, {
    target: lambda,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize,
    ...(windowSeconds === undefined ? {} : { maxBatchingWindow: Duration.seconds(windowSeconds) }),
    parallelizationFactor: 1,
    bisectBatchOnError: true,
    retryAttempts: ATTEMPTS,
    reportBatchItemFailures: true,
    onFailure: new SqsDlq(parked),
    filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT'), dynamodb: filter })],
  })
}
