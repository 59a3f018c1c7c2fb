import { Duration, Validations } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type IQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

const protectedBy = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } satisfies QueueProps

/** Messages that were given up wait here two weeks, for an operator to look and to redrive. */
export function deadLetterQueue(scope: Construct, id: string, queueName: string): Queue {
  const queue = new Queue(scope, id, { ...protectedBy, queueName, retentionPeriod: Duration.days(14) })
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is itself where dead letters end, also those of event sources.',
  })
  return queue
}

/** Six times the function's time, as Lambda advises: a message must not come back while it is still being worked on. */
export const queueBefore = (scope: Construct, id: string, options: { queueName: string; timeoutSeconds: number; deadLetters: IQueue }) =>
  new Queue(scope, id, {
    ...protectedBy,
    queueName: options.queueName,
    visibilityTimeout: Duration.seconds(6 * options.timeoutSeconds),
    retentionPeriod: Duration.days(4),
    deadLetterQueue: { queue: options.deadLetters, maxReceiveCount: 5 },
  })

export const mayPoll = ({ queueArn }: IQueue) =>
  new PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
    resources: [queueArn],
  })

export const maySend = ({ queueArn }: IQueue) => new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] })
