import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'

/** A queue whose messages end, after their last try, in another. */
export interface DeadLetters {
  /** Without the deployment's prefix: `audit-on-any-event`. */
  name: string
  queueArn: string
  deadArn: string
  waiting: number
}

const PAGE = 1000
const POLL_MS = 1000

const arnPrefix = (arn: string) => arn.slice(0, arn.lastIndexOf(':') + 1)

async function urlsOf(client: SQSClient, prefix: string): Promise<string[]> {
  const urls: string[] = []
  let token: string | undefined
  do {
    const page = await client.send(
      new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: PAGE, ...(token ? { NextToken: token } : {}) }),
    )
    urls.push(...(page.QueueUrls ?? []))
    token = page.NextToken
  } while (token)
  return urls
}

async function attributes(client: SQSClient, QueueUrl: string) {
  const names = ['QueueArn', 'RedrivePolicy', 'ApproximateNumberOfMessages'] as const
  const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }))
  const { deadLetterTargetArn } = JSON.parse(Attributes.RedrivePolicy ?? '{}') as { deadLetterTargetArn?: string }
  return { arn: Attributes.QueueArn ?? '', waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0), deadArn: deadLetterTargetArn }
}

/** Every queue of a deployment that has dead letters, by name; found by its redrive policy, so names decide nothing. */
export async function deadLetters(prefix: string, client = new SQSClient({})): Promise<DeadLetters[]> {
  const queues = await Promise.all((await urlsOf(client, prefix)).map((url) => attributes(client, url)))
  const waiting = new Map(queues.map((queue) => [queue.arn, queue.waiting]))
  return queues
    .flatMap(({ arn, deadArn }) => {
      const name = arn.slice(arnPrefix(arn).length + prefix.length)
      return deadArn ? [{ name, queueArn: arn, deadArn, waiting: waiting.get(deadArn) ?? 0 }] : []
    })
    .sort((a, b) => a.name.localeCompare(b.name))
}

export function listText(queues: readonly DeadLetters[]): string {
  if (queues.length === 0) return 'There are no queues with dead letters here.'
  const width = Math.max(...queues.map(({ name }) => name.length))
  return queues.map(({ name, waiting }) => `  ${name.padEnd(width)}  ${waiting === 0 ? '–' : `${waiting} waiting`}`).join('\n')
}

/**
 * Moves all dead letters back and waits until that is done. The destination is named, because messages that the bus could not
 * deliver never stood in the queue that they belong to.
 */
export async function sendBack({ queueArn, deadArn }: DeadLetters, client = new SQSClient({})): Promise<string> {
  await client.send(new StartMessageMoveTaskCommand({ SourceArn: deadArn, DestinationArn: queueArn }))
  for (;;) {
    const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: deadArn, MaxResults: 1 }))
    const [task] = Results
    if (task?.Status === 'COMPLETED') return `${task.ApproximateNumberOfMessagesMoved ?? 0} sent back`
    if (task?.Status !== 'RUNNING')
      throw new Error(`The move ended as ${task?.Status ?? 'unknown'}: ${task?.FailureReason ?? 'no reason given'}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
