import { randomUUID } from 'node:crypto'
import { AwsError, type AwsRequest, type AwsService, type Clock, type Deployment, type IamRequest, type Log } from '../types.ts'
import { type DeliverySettings, type Destinations, deliver } from './deliver.ts'
import { type BusEvent, checkedEntries, type Entry, eventOf, timestamp } from './entries.ts'
import { busName, type EvaluateService, loadRules, type Rule } from './rules.ts'
import { startScheduler } from './scheduler.ts'
import { targetInput } from './target-input.ts'

export interface EventBridge extends AwsService {
  /** Function targets running or waiting for another attempt; queue targets are delivered before PutEvents answers. */
  pending(): number
  /** Fires the scheduled rules that are due by the clock; the running stack does so by itself. */
  runSchedules(): void
  close(): Promise<void>
}

export interface EventBridgeOptions {
  deployment: Deployment
  deliver: Destinations
  /** `Iam.evaluateService`: whether a queue's policy lets EventBridge send. */
  evaluateService: EvaluateService
  log: Log
  now?: Clock
  retryMilliseconds?: number
}

/** EventBridge over the rules of the template. An accepted event stands in every queue its rules name. */
export function createEventBridge(options: EventBridgeOptions): EventBridge {
  const { deployment, now = Date.now } = options
  const rules = loadRules(deployment, options.evaluateService)
  const buses = new Set(['default', ...deployment.ofType('AWS::Events::EventBus').map(({ ref }) => busName(ref))])
  const closing = new AbortController()
  const settings: DeliverySettings = { log: options.log, retryMilliseconds: options.retryMilliseconds ?? 1000, signal: closing.signal }
  const running = new Set<Promise<void>>()

  const track = (run: Promise<void>) => {
    running.add(run)
    run.finally(() => running.delete(run))
  }
  const dispatch = (rule: Rule, event: BusEvent) => {
    for (const target of rule.targets) {
      const run = deliver(options.deliver, settings, { rule, target, input: targetInput(target, event, rule) })
      if (run) track(run)
    }
  }
  const put = (entry: Entry): Record<string, unknown> => {
    const bus = busName(entry.EventBusName)
    if (!buses.has(bus)) throw new AwsError('InvalidArgument', `Event bus ${bus} does not exist.`)
    const event = eventOf(entry, { account: deployment.account, region: deployment.region, now: now() })
    for (const rule of rules) if (rule.bus === bus && rule.matches?.(event)) dispatch(rule, event)
    return { EventId: event.id }
  }
  const timed = rules.flatMap((rule) => (rule.schedule ? [{ item: rule, schedule: rule.schedule }] : []))
  const scheduler = startScheduler(timed, (rule, time) => dispatch(rule, scheduledEvent(deployment, rule, time)), now)
  const operations: Record<string, (input: Record<string, unknown>) => object> = {
    PutEvents(input) {
      const Entries = checkedEntries(input).map((entry) => putOrExplain(put, entry))
      return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries }
    },
    DescribeEventBus({ Name }) {
      const bus = busName(Name as string | undefined)
      if (!buses.has(bus)) throw new AwsError('ResourceNotFoundException', `Event bus ${bus} does not exist.`)
      return { Name: bus, Arn: busArn(bus, deployment) }
    },
  }

  return {
    name: 'events',
    needs: (request) => permissions(request, deployment),
    async handle({ operation, input }) {
      const answer = operations[operation]
      if (!answer) throw new AwsError('UnknownOperationException', `The local stack does not answer events:${operation}.`)
      return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(answer(input)) }
    },
    pending: () => running.size,
    runSchedules: scheduler.run,
    async close() {
      scheduler.close()
      closing.abort()
      await Promise.all(running)
    },
  }
}

function putOrExplain(put: (entry: Entry) => Record<string, unknown>, entry: Entry): Record<string, unknown> {
  try {
    return put(entry)
  } catch (error) {
    if (error instanceof AwsError) return { ErrorCode: error.code, ErrorMessage: error.message }
    throw error
  }
}

function scheduledEvent({ account, region }: Deployment, rule: Rule, time: number): BusEvent {
  const about = { account, region, time: timestamp(time), resources: [rule.arn] }
  return { version: '0', id: randomUUID(), 'detail-type': 'Scheduled Event', source: 'aws.events', ...about, detail: {} }
}

const busArn = (name: string, { region, account }: Deployment) => `arn:aws:events:${region}:${account}:event-bus/${name}`

/** For PutEvents one question per entry: source and detail type are condition keys with a single value. */
function permissions({ operation, input }: AwsRequest, deployment: Deployment): IamRequest[] {
  const action = `events:${operation}`
  if (operation !== 'PutEvents') return [{ action, resource: busArn(busName(input.Name as string | undefined), deployment), context: {} }]
  const entries = Array.isArray(input.Entries) ? (input.Entries as Entry[]) : [{}]
  return entries.map((entry: Entry) => ({
    action,
    resource: busArn(busName(entry.EventBusName), deployment),
    context: { 'events:source': [entry.Source ?? ''], 'events:detail-type': [entry.DetailType ?? ''] },
  }))
}
