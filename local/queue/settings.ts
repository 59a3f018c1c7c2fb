import type { Deployment, Resource } from '../types.ts'
import type { QueueSettings } from './queue.ts'

/** Reads every queue of the template; SQS's defaults where it is silent. FIFO queues are refused: nothing here keeps their order. */
export function queueSettings(deployment: Deployment): QueueSettings[] {
  return deployment.ofType('AWS::SQS::Queue').map((resource) => settingsOf(deployment, resource))
}

function settingsOf(deployment: Deployment, resource: Resource): QueueSettings {
  const { properties } = resource
  if (properties.FifoQueue === true || properties.FifoQueue === 'true')
    throw new Error(`queue ${resource.logicalId}: FIFO queues do not run on the local stack`)
  const arn = deployment.attribute(resource, 'Arn')
  const number = (key: string, otherwise: number) => (properties[key] === undefined ? otherwise : Number(properties[key]))
  const redrive = redriveOf(properties.RedrivePolicy)
  return {
    name: arn.slice(arn.lastIndexOf(':') + 1),
    arn,
    url: resource.ref,
    visibilityTimeoutSeconds: number('VisibilityTimeout', 30),
    delaySeconds: number('DelaySeconds', 0),
    waitSeconds: number('ReceiveMessageWaitTimeSeconds', 0),
    retentionSeconds: number('MessageRetentionPeriod', 345_600),
    maximumMessageBytes: number('MaximumMessageSize', 1_048_576),
    ...(redrive ? { redrive } : {}),
  }
}

function redriveOf(policy: unknown): QueueSettings['redrive'] {
  if (policy === undefined) return undefined
  const { deadLetterTargetArn, maxReceiveCount } = (typeof policy === 'string' ? JSON.parse(policy) : policy) as Record<string, unknown>
  return { deadLetterArn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) }
}
