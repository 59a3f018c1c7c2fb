import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DescribeEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
} from '@aws-sdk/client-eventbridge'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createSqs, type Sqs } from '../queue/sqs.ts'
import { type AwsRequest, FunctionError, type Invoke } from '../types.ts'
import { createEventBridge, type EventBridge } from './event-bridge.ts'
import { idle } from './idle.ts'
import { deploymentOf, manualClock, queueArn, queueResource, serveServices } from './test-stack.ts'

const clock = manualClock()
const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:sweep'
const ruleArn = (name: string) => `arn:aws:events:eu-central-1:000000000000:rule/domain/${name}`
const rule = (id: string, properties: object) => ({
  type: 'AWS::Events::Rule',
  id,
  arn: ruleArn(id),
  properties: { EventBusName: 'domain', ...properties },
})
const toQueue = (name: string, more: object = {}) => [{ Id: 't', Arn: queueArn(name), ...more }]
const toFunction = (more: object = {}) => [{ Id: 'f', Arn: functionArn, ...more }]
const permission = (properties: object = {}) => {
  return {
    type: 'AWS::Lambda::Permission',
    id: 'permission',
    properties: { FunctionName: functionArn, Principal: 'events.amazonaws.com', ...properties },
  }
}
const bus = { type: 'AWS::Events::EventBus', id: 'domain', properties: {} }
const userRule = rule('user-events', { EventPattern: { source: ['tessera.users'] }, Targets: toQueue('users') })

let closing: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  for (const close of closing) await close()
  closing = []
})

interface Stack {
  events: EventBridge
  sqs: Sqs
  put: (...entries: PutEventsRequestEntry[]) => Promise<{ FailedEntryCount?: number; Entries?: { ErrorCode?: string; EventId?: string }[] }>
  client: EventBridgeClient
}

async function start(resources: Parameters<typeof deploymentOf>[0], options: { invoke?: Invoke; allowed?: boolean } = {}): Promise<Stack> {
  const deployment = deploymentOf([bus, queueResource('users'), queueResource('dead'), ...resources])
  const sqs = createSqs({ deployment, dataDir: mkdtempSync(join(tmpdir(), 'tessera-bus-')), log: () => {}, now: clock.now })
  const events = createEventBridge({
    deployment,
    deliver: { send: sqs.send, invoke: options.invoke ?? (async () => undefined) },
    evaluateService: () => ({
      allowed: options.allowed ?? true,
      reason: 'because no resource-based policy allows the sqs:SendMessage action',
    }),
    log: () => {},
    now: clock.now,
    retryMilliseconds: 0,
  })
  const server = await serveServices([events])
  const credentials = { accessKeyId: 'AKTEST', secretAccessKey: 'secret' }
  const client = new EventBridgeClient({ endpoint: server.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 })
  closing = [() => events.close(), () => sqs.close?.(), async () => client.destroy(), () => server.close()]
  return { events, sqs, client, put: (...Entries) => client.send(new PutEventsCommand({ Entries })) }
}

const created = (more: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => {
  return { EventBusName: 'domain', Source: 'tessera.users', DetailType: 'user.created', Detail: '{"id":"usr_1"}', ...more }
}
const bodies = (sqs: Sqs, name: string) =>
  sqs
    .queue(queueArn(name))
    ?.all()
    .map(({ body }) => JSON.parse(body)) ?? []

describe('PutEvents', () => {
  test('an event stands in the queue of every matching rule before the answer', async () => {
    const { put, sqs } = await start([userRule, rule('others', { EventPattern: { source: ['other'] }, Targets: toQueue('dead') })])
    const { Entries } = await put(created({ Time: new Date('2026-02-03T04:05:06.789Z'), Resources: ['arn:x'] }))
    expect(bodies(sqs, 'users')).toEqual([
      {
        version: '0',
        id: Entries?.[0]?.EventId,
        'detail-type': 'user.created',
        source: 'tessera.users',
        account: '000000000000',
        time: '2026-02-03T04:05:06Z',
        region: 'eu-central-1',
        resources: ['arn:x'],
        detail: { id: 'usr_1' },
      },
    ])
    expect(bodies(sqs, 'dead')).toEqual([])
  })

  test('a bus is named or given as an ARN, and its rules see no other bus', async () => {
    const { put, sqs } = await start([userRule])
    await put(created({ EventBusName: 'arn:aws:events:eu-central-1:000000000000:event-bus/domain' }), created({ EventBusName: 'default' }))
    expect(bodies(sqs, 'users')).toHaveLength(1)
  })

  test('a disabled rule sees nothing', async () => {
    const { put, sqs } = await start([{ ...userRule, properties: { ...userRule.properties, State: 'DISABLED' } }])
    await put(created())
    expect(bodies(sqs, 'users')).toEqual([])
  })

  test('each entry has its own result', async () => {
    const { put, sqs } = await start([userRule])
    const { Source: _, ...sourceless } = created()
    const reply = await put(
      created(),
      created({ Detail: '{' }),
      created({ Detail: '[]' }),
      created({ EventBusName: 'nowhere' }),
      created({ Source: 'aws.ec2' }),
      sourceless,
    )
    expect(reply.FailedEntryCount).toBe(5)
    const codes = ['MalformedDetail', 'MalformedDetail', 'InvalidArgument', 'NotAuthorizedForSourceException', 'InvalidArgument']
    expect(reply.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, ...codes])
    expect(bodies(sqs, 'users')).toHaveLength(1)
  })

  test('more than ten entries, none, or a megabyte are refused as a whole', async () => {
    const { put, sqs } = await start([userRule])
    const refused = { name: 'ValidationException' }
    await expect(put(...Array.from({ length: 11 }, () => created()))).rejects.toMatchObject(refused)
    await expect(put()).rejects.toMatchObject(refused)
    const half = JSON.stringify({ text: 'x'.repeat(524_288) })
    await expect(put(created({ Detail: half }), created({ Detail: half, Time: new Date() }))).rejects.toMatchObject(refused)
    expect(bodies(sqs, 'users')).toEqual([])
  })

  test('another operation is refused', async () => {
    const { client } = await start([])
    await expect(client.send(new PutRuleCommand({ Name: 'x' }))).rejects.toMatchObject({ name: 'UnknownOperationException' })
  })

  test('IAM is asked about each entry with its bus, source and detail type', async () => {
    const { events } = await start([])
    const input = { Entries: [created(), created({ EventBusName: undefined, Source: 's', DetailType: undefined })] }
    expect(events.needs({ operation: 'PutEvents', input } as unknown as AwsRequest)).toEqual([
      {
        action: 'events:PutEvents',
        resource: 'arn:aws:events:eu-central-1:000000000000:event-bus/domain',
        context: { 'events:source': ['tessera.users'], 'events:detail-type': ['user.created'] },
      },
      {
        action: 'events:PutEvents',
        resource: 'arn:aws:events:eu-central-1:000000000000:event-bus/default',
        context: { 'events:source': ['s'], 'events:detail-type': [''] },
      },
    ])
    expect(events.needs({ operation: 'PutRule', input: {} } as unknown as AwsRequest)[0]?.action).toBe('events:PutRule')
  })
})

describe('function targets', () => {
  const functionRule = (more: object = {}) => rule('direct', { EventPattern: { source: ['tessera.users'] }, Targets: toFunction(more) })

  test('a function is run with the event, and counts as pending until it ends', async () => {
    let finish: (value?: unknown) => void = () => {}
    const seen: unknown[] = []
    const invoke: Invoke = (name, event) => {
      seen.push([name, (event as { source: string }).source])
      return new Promise((resolve) => {
        finish = resolve
      })
    }
    const { put, events } = await start([functionRule(), permission({ SourceArn: ruleArn('direct') })], { invoke })
    await put(created())
    expect(seen).toEqual([[functionArn, 'tessera.users']])
    expect(events.pending()).toBe(1)
    finish()
    await idle([events])
    expect(events.pending()).toBe(0)
  })

  test('a function that throws is run twice more, and then no more', async () => {
    let runs = 0
    const invoke: Invoke = async () => {
      runs += 1
      throw new FunctionError('Error', 'broken')
    }
    const { put, events, sqs } = await start([functionRule({ DeadLetterConfig: { Arn: queueArn('dead') } }), permission()], { invoke })
    await put(created())
    await idle([events])
    expect(runs).toBe(3)
    expect(bodies(sqs, 'dead')).toEqual([])
  })

  test('what cannot be delivered goes to the dead-letter queue of the target, with the reason', async () => {
    let runs = 0
    const invoke: Invoke = async () => {
      runs += 1
      throw new Error('no such function')
    }
    const target = { DeadLetterConfig: { Arn: queueArn('dead') }, RetryPolicy: { MaximumRetryAttempts: 1 } }
    const { put, events, sqs } = await start([functionRule(target), permission({ FunctionName: 'sweep' })], { invoke })
    await put(created())
    await idle([events])
    expect(runs).toBe(2)
    const [message] = sqs.queue(queueArn('dead'))?.all() ?? []
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ source: 'tessera.users' })
    expect(message?.attributes).toMatchObject({
      RULE_ARN: { StringValue: ruleArn('direct') },
      TARGET_ARN: { StringValue: functionArn },
      ERROR_MESSAGE: { StringValue: 'no such function' },
      RETRY_ATTEMPTS: { StringValue: '1' },
    })
  })

  test('a queue that is not there loses no event when the target has a dead-letter queue', async () => {
    const lost = [...toQueue('nowhere', { DeadLetterConfig: { Arn: queueArn('dead') } }), { Id: 'second', Arn: queueArn('nowhere') }]
    const { put, sqs } = await start([rule('lost', { EventPattern: { source: ['tessera.users'] }, Targets: lost })])
    expect((await put(created())).FailedEntryCount).toBe(0)
    expect(bodies(sqs, 'dead')).toHaveLength(1)
  })
})

describe('schedules', () => {
  test('a scheduled rule runs its function after one period with a scheduled event', async () => {
    const seen: unknown[] = []
    const invoke: Invoke = async (_, event) => seen.push(event)
    const hourly = rule('hourly', { ScheduleExpression: 'rate(1 hour)', Targets: toFunction() })
    const { events } = await start([hourly, permission()], { invoke })
    events.runSchedules()
    expect(seen).toEqual([])
    const due = clock.now() + 3_600_000
    clock.forward(3_600_000)
    events.runSchedules()
    await idle([events])
    expect(seen).toMatchObject([
      {
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        time: `${new Date(due).toISOString().slice(0, 19)}Z`,
        resources: [ruleArn('hourly')],
        detail: {},
      },
    ])
  })
})

describe('rules that would never deliver stop the start', () => {
  test('a queue whose policy does not let EventBridge send', async () => {
    await expect(start([userRule], { allowed: false })).rejects.toThrow(`rule user-events may not send to ${queueArn('users')}`)
  })
  test('a function without permission, or with one for another rule', async () => {
    const direct = rule('direct', { EventPattern: { source: ['x'] }, Targets: toFunction() })
    await expect(start([direct])).rejects.toThrow('no Lambda permission allows it')
    await expect(start([direct, permission({ SourceArn: ruleArn('other') })])).rejects.toThrow('no Lambda permission allows it')
  })
  test('a target the local stack does not have', async () => {
    const topic = rule('topic', {
      EventPattern: { source: ['x'] },
      Targets: [{ Id: 's', Arn: 'arn:aws:sns:eu-central-1:000000000000:alarms' }],
    })
    await expect(start([topic])).rejects.toThrow('the local stack has no target')
  })
  test('an invalid pattern, schedule or input path, by the name of its rule', async () => {
    await expect(start([rule('bad', { EventPattern: { source: 'x' } })])).rejects.toThrow('rule bad: Event pattern is not valid')
    await expect(start([rule('bad', { ScheduleExpression: 'often' })])).rejects.toThrow('rule bad: Parameter ScheduleExpression')
    const target = toQueue('users', { InputTransformer: { InputTemplate: '<x>', InputPathsMap: { x: '$..x' } } })
    await expect(start([rule('bad', { EventPattern: { source: ['x'] }, Targets: target })])).rejects.toThrow(
      'rule bad: the local stack reads no input path',
    )
  })
})

test('a bus of the template is described, another is not found, and the question is asked about the named bus', async () => {
  const { client, events } = await start([])
  const arn = 'arn:aws:events:eu-central-1:000000000000:event-bus/domain'
  expect(await client.send(new DescribeEventBusCommand({ Name: 'domain' }))).toMatchObject({ Name: 'domain', Arn: arn })
  await expect(client.send(new DescribeEventBusCommand({ Name: 'other' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  const request = { operation: 'DescribeEventBus', input: { Name: 'domain' } } as unknown as AwsRequest
  expect(events.needs(request)).toEqual([{ action: 'events:DescribeEventBus', resource: arn, context: {} }])
})
