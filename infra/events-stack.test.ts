import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { events } from '../functions/catalogue.ts'
import { compilePattern } from '../local/bus/pattern.ts'
import { type EventType, eventType } from '../shared/event.ts'
import { job } from '../shared/jobs/rule.ts'
import { hears } from '../shared/react.ts'
import { partsOf } from './parts.ts'
import { synthesizeProduct, type TestResource } from './test-product.ts'

const made = (rules: Parameters<typeof partsOf>[2] = []) => {
  const parts = partsOf([], [], rules)
  return synthesizeProduct({ stage: 'prod' }, parts)
}
const product = synthesizeProduct({ stage: 'prod' })
const queues = product.ofType('AWS::SQS::Queue')
const rules = product.ofType('AWS::Events::Rule')
const mappings = product.ofType('AWS::Lambda::EventSourceMapping')
const arn = ({ id }: TestResource) => ({ 'Fn::GetAtt': [id, 'Arn'] })
const named = (resources: TestResource[], property: string, name: string) => {
  const found = resources.filter(({ Properties }) => Properties[property] === name)
  expect(found).toHaveLength(1)
  return found[0] as TestResource
}

describe('every reaction', () => {
  test.each(
    product.parts.reactions.map((part) => [part.name, part] as const),
  )('%s: rule → queue → function, with dead letters', (name, part) => {
    const queue = named(queues, 'QueueName', `tessera-prod-${name}`)
    const dead = named(queues, 'QueueName', `tessera-prod-${name}-dead`)
    const target = named(product.ofType('AWS::Lambda::Function'), 'FunctionName', `tessera-prod-${name}`)
    const rule = named(rules, 'Name', `tessera-prod-${name}`)
    expect(queue.Properties.RedrivePolicy).toEqual({ deadLetterTargetArn: arn(dead), maxReceiveCount: 5 })
    expect(queue.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * (target.Properties.Timeout as number))
    expect(rule.Properties.Targets).toEqual([expect.objectContaining({ Arn: arn(queue), DeadLetterConfig: { Arn: arn(dead) } })])
    expect(rule.Properties.EventPattern).toMatchObject(
      part.rule.on === 'every event' ? { source: [{ prefix: 'tessera.' }] } : { 'detail-type': part.rule.on.map((type) => type.name) },
    )
    const { only = {} } = part.rule
    const data = Object.entries(only).flatMap(([field, values]) => [
      {},
      { [field]: 'another' },
      ...values.map((value) => ({ [field]: value })),
    ])
    const takes = compilePattern(rule.Properties.EventPattern)
    for (const { context, type } of events) {
      for (const each of [{}, ...data]) {
        const heard = hears(part.rule, { type: type.name, data: each })
        expect(takes({ source: `tessera.${context}`, 'detail-type': type.name, detail: { data: each } })).toBe(heard)
      }
    }
    const [mapping, ...more] = mappings.filter(({ Properties }) => JSON.stringify(Properties.EventSourceArn) === JSON.stringify(arn(queue)))
    expect(more).toEqual([])
    expect(mapping?.Properties).toMatchObject({ FunctionName: { Ref: target.id }, FunctionResponseTypes: ['ReportBatchItemFailures'] })
  })
})

test('a reaction that says which data it is for hears of no other, nor of types without such data unless it says so', () => {
  const heard = eventType('a.heard', { summary: 'Heard.', data: z.object({ kind: z.string() }) })
  const only = { kind: ['a/listen', undefined] }
  const listen = {
    file: 'functions/a/listen.ts',
    name: 'a-listen',
    context: 'a',
    ring: 'organization',
    rule: { name: 'a/listen', summary: 'Listens.', on: [heard], only },
  }
  const [rule] = synthesizeProduct({ stage: 'prod' }, partsOf([], [listen], [])).ofType('AWS::Events::Rule')
  expect(rule?.Properties.EventPattern).toEqual({ 'detail-type': ['a.heard'], detail: { data: { kind: ['a/listen', { exists: false }] } } })
})

const choosing = product.parts.reactions.filter(({ rule }) => rule.only).map(({ name, rule }) => [name, rule] as const)
const schemaOf = ({ data }: EventType, field: string) => (data as z.ZodObject<Record<string, z.ZodType>>).shape[field] ?? z.undefined()

test.each(choosing)('%s can hear of every type that it names, and waits for nothing that none tells', (_, { on, only = {} }) => {
  const types = on === 'every event' ? [] : on
  for (const [field, values] of Object.entries(only)) {
    const heard = types.map((type) => values.filter((value) => schemaOf(type, field).safeParse(value).success))
    expect(heard.filter((each) => each.length === 0)).toEqual([])
    expect(new Set(heard.flat())).toEqual(new Set(values))
  }
})

describe('somebody is told', () => {
  const topicOf = (resources: TestResource[]) => resources.filter(({ Properties }) => Properties.TopicName === 'tessera-prod-alarms')

  test('when what fell due is handed out late, by the function that measures it', () => {
    const [topic] = topicOf(product.ofType('AWS::SNS::Topic'))
    expect(product.parts.tasks.map(({ name }) => name)).toContain('due')
    expect(named(product.ofType('AWS::CloudWatch::Alarm'), 'AlarmName', 'tessera-prod-due-due_lag_seconds').Properties).toMatchObject({
      Namespace: 'Tessera',
      MetricName: 'due_lag_seconds',
      Dimensions: [{ Name: 'service', Value: 'due' }],
      Threshold: 120,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: topic?.id }],
    })
  })

  test('when a job of any kind fails for good', () => {
    const needs = { input: z.object({}), cursor: z.object({}), summary: 'Works.' }
    const work = { file: 'functions/a/work.ts', name: 'a-work', context: 'a', ring: 'organization', rule: job('a/work', needs) }
    const alarms = synthesizeProduct({ stage: 'prod' }, partsOf([], [work], [])).ofType('AWS::CloudWatch::Alarm')
    expect(named(alarms, 'AlarmName', 'tessera-prod-a-work-jobs_failed').Properties).toMatchObject({
      MetricName: 'jobs_failed',
      Dimensions: [{ Name: 'service', Value: 'a-work' }],
      Statistic: 'Maximum',
      Threshold: 0,
      AlarmActions: [expect.anything()],
    })
  })
})

test('no queue takes messages over an open line', () => {
  const guarded = product
    .ofType('AWS::SQS::QueuePolicy')
    .filter(({ Properties }) => JSON.stringify(Properties).includes('"aws:SecureTransport":"false"'))
  expect(guarded.flatMap(({ Properties }) => Properties.Queues)).toEqual(expect.arrayContaining(queues.map(({ id }) => ({ Ref: id }))))
})

const stream = {
  file: 'events/carry.ts',
  name: 'carry',
  context: 'a',
  ring: 'organization',
  rule: { name: 'events/carry', summary: 'Carries.', startedBy: { stream: true }, calls: ['events:PutEvents'] },
} as const
const nightly = {
  file: 'functions/a/tidy.ts',
  name: 'a-tidy',
  context: 'a',
  ring: 'organization',
  rule: { name: 'a/tidy', summary: 'Tidies.', startedBy: { schedule: 'rate(1 day)' }, timeoutSeconds: 300 },
} as const
const redrive = {
  file: 'functions/a/redrive.ts',
  name: 'a-redrive',
  context: 'a',
  ring: 'organization',
  rule: { name: 'a/redrive', summary: 'Redrives.', startedBy: { command: true }, calls: ['sqs:StartMessageMoveTask'] },
} as const
const trigger = {
  file: 'functions/a/enrich.ts',
  name: 'a-enrich',
  context: 'a',
  ring: 'organization',
  rule: { name: 'a/enrich', summary: 'Enriches.', startedBy: { cognito: 'PreTokenGeneration' } },
} as const
const doorman = {
  file: 'functions/a/check.ts',
  name: 'a-check',
  context: 'a',
  ring: 'organization',
  rule: { name: 'a/check', summary: 'Checks.', startedBy: { cognito: 'PreAuthentication' } },
} as const

test('the relay gets new events of the table only, tries them finitely and parks what it cannot pass on', () => {
  const { Properties } = made([stream]).ofType('AWS::Lambda::EventSourceMapping')[0] as TestResource
  expect(Properties).toMatchObject({
    BisectBatchOnFunctionError: true,
    ParallelizationFactor: 1,
    MaximumRetryAttempts: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^Parked/), 'Arn'] } } },
  })
  const { Filters } = Properties.FilterCriteria as { Filters: { Pattern: string }[] }
  expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
    { eventName: ['INSERT'], dynamodb: { NewImage: { feed: { S: ['event'] } } } },
  ])
})

test('a scheduled task starts by its schedule, with its own time, and parks what could not start', () => {
  const { ofType } = made([nightly])
  const [rule] = ofType('AWS::Events::Rule')
  expect(rule?.Properties).toMatchObject({
    ScheduleExpression: 'rate(1 day)',
    Targets: [{ DeadLetterConfig: expect.anything(), RetryPolicy: { MaximumRetryAttempts: 2 } }],
  })
  expect(named(ofType('AWS::Lambda::Function'), 'FunctionName', 'tessera-prod-a-tidy').Properties.Timeout).toBe(300)
})

test('a command may move messages between the queues of the product and no others', () => {
  const { role, statementsOf } = made([redrive])
  const granted = statementsOf(role('a-redrive')).find(({ Action }) => Action === 'sqs:StartMessageMoveTask')
  expect(granted?.Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Parked/), 'Arn'] })
})

test('Cognito calls its triggers, which are not told the pool that waits for them', () => {
  const { ofType } = made([trigger, doorman])
  const [pool] = ofType('AWS::Cognito::UserPool')
  expect(pool?.Properties.LambdaConfig).toMatchObject({
    PreTokenGenerationConfig: { LambdaVersion: 'V2_0' },
    PreAuthentication: expect.anything(),
  })
  const { Environment, Timeout } = named(ofType('AWS::Lambda::Function'), 'FunctionName', 'tessera-prod-a-enrich').Properties
  expect(Timeout).toBe(5)
  expect(JSON.stringify(Environment)).not.toContain('TESSERA_USER_POOL')
})
