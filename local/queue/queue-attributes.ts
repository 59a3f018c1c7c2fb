import type { Queue } from './queue.ts'

/** The attributes asked for by name, or all of them. */
export function attributesOf(queue: Queue, asked: string[]): Record<string, string> {
  const { settings } = queue
  const counts = queue.counts()
  const all: Record<string, string> = {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    DelaySeconds: String(settings.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.waitSeconds),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    MaximumMessageSize: String(settings.maximumMessageBytes),
    ...(settings.redrive ? { RedrivePolicy: redrivePolicy(settings.redrive) } : {}),
  }
  return asked.includes('All') ? all : Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name)))
}

const redrivePolicy = (redrive: { deadLetterArn: string; maxReceiveCount: number }): string =>
  JSON.stringify({ deadLetterTargetArn: redrive.deadLetterArn, maxReceiveCount: redrive.maxReceiveCount })
