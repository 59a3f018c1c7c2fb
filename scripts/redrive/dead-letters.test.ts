import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { deploymentOf, manualClock, queueArn, queueResource, serveServices } from '../../local/bus/test-stack.ts'
import { createSqs, type Sqs } from '../../local/queue/sqs.ts'
import { type DeadLetters, deadLetters, listText, sendBack } from './dead-letters.ts'

const pair = (name: string) => [
  queueResource(name, { VisibilityTimeout: 60, RedrivePolicy: { deadLetterTargetArn: queueArn(`${name}-dead`), maxReceiveCount: 1 } }),
  queueResource(`${name}-dead`, {}),
]
const deployment = deploymentOf([
  ...pair('tessera-local-mail'),
  ...pair('tessera-local-audit'),
  ...pair('tessera-dev-mail'),
  queueResource('tessera-local-parked', {}),
])

let clock: ReturnType<typeof manualClock>
let dataDir: string
let sqs: Sqs
let client: SQSClient
let server: Awaited<ReturnType<typeof serveServices>>

beforeEach(async () => {
  clock = manualClock()
  dataDir = mkdtempSync(join(tmpdir(), 'tessera-redrive-'))
  sqs = createSqs({ deployment, dataDir, log: () => undefined, now: clock.now })
  server = await serveServices([sqs])
  const credentials = { accessKeyId: 'AKTEST', secretAccessKey: 'secret' }
  client = new SQSClient({ endpoint: server.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 })
})
afterEach(async () => {
  client.destroy()
  await sqs.close?.()
  await server.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const url = (name: string) => `http://localhost/000000000000/${name}`
const send = (queue: string, MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl: url(queue), MessageBody }))
const receive = async (queue: string) =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl: url(queue), MaxNumberOfMessages: 10 }))).Messages?.map(({ Body }) => Body) ?? []

/** A message that its consumer failed once too often. */
async function wearOut(queue: string, body: string) {
  await send(queue, body)
  expect(await receive(queue)).toEqual([body])
  clock.forward(60_000)
  expect(await receive(queue)).toEqual([])
}

const named = async (name: string) => {
  const found = (await deadLetters('tessera-local-', client)).find((each) => each.name === name)
  if (!found) throw new Error(`${name} has no dead letters.`)
  return found
}

test('the queues of a deployment are found by where their messages end, with what waits there', async () => {
  await wearOut('tessera-local-mail', 'one')
  await wearOut('tessera-dev-mail', 'not ours')
  const found = await deadLetters('tessera-local-', client)
  expect(found.map(({ name, waiting }) => [name, waiting])).toEqual([
    ['audit', 0],
    ['mail', 1],
  ])
  expect(listText(found)).toBe('  audit  –\n  mail   1 waiting')
})

test('dead letters go back to their queue, also those that the bus put there itself', async () => {
  await wearOut('tessera-local-mail', 'failed')
  await send('tessera-local-mail-dead', 'undeliverable')
  expect(await sendBack(await named('mail'), client)).toBe('2 sent back')
  expect((await receive('tessera-local-mail')).sort()).toEqual(['failed', 'undeliverable'])
  expect((await named('mail')).waiting).toBe(0)
})

test('a queue that is no dead-letter queue is refused', async () => {
  const wrong: DeadLetters = { name: 'x', queueArn: queueArn('tessera-local-mail'), deadArn: queueArn('tessera-local-parked'), waiting: 1 }
  await expect(sendBack(wrong, client)).rejects.toThrow('Dead Letter Queue')
})

test('a deployment without queues says so', async () => {
  expect(listText(await deadLetters('tessera-prod-', client))).toBe('There are no queues with dead letters here.')
})
