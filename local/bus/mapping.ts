import type { Caller, Deployment, IamRequest, Resource } from '../types.ts'
import { compilePattern } from './pattern.ts'

/** An event source mapping of the template, with Lambda's defaults where it is silent. */
export interface Mapping {
  /** Its logical id. */
  name: string
  sourceArn: string
  functionArn: string
  roleArn: string
  batchSize: number
  windowSeconds: number
  reportsItemFailures: boolean
  maximumConcurrency?: number
  bisects: boolean
  /** Negative: without limit. */
  maximumRetryAttempts: number
  /** Negative: without limit. */
  maximumRecordAgeSeconds: number
  onFailureArn?: string
  /** Whether a record passes the filter criteria. */
  accepts(record: unknown): boolean
}

export type Evaluate = (caller: Caller, request: IamRequest) => { allowed: boolean; reason: string }

/** The enabled mappings of the template. Throws when a function's role may not poll its source: on AWS nothing would ever arrive. */
export function loadMappings(deployment: Deployment, evaluate: Evaluate): Mapping[] {
  const enabled = deployment.ofType('AWS::Lambda::EventSourceMapping').filter(({ properties }) => String(properties.Enabled) !== 'false')
  const mappings = enabled.map((resource) => mappingOf(deployment, resource))
  const refusals = mappings.flatMap((mapping) => refused(mapping, evaluate))
  if (refusals.length > 0) throw new Error(`Event source mappings of the template cannot work:\n${refusals.join('\n')}`)
  return mappings
}

export const isQueue = (arn: string): boolean => arn.startsWith('arn:aws:sqs:')

function mappingOf(deployment: Deployment, resource: Resource): Mapping {
  const { properties } = resource
  const sourceArn = String(properties.EventSourceArn)
  const target = functionOf(deployment, resource)
  const number = (value: unknown, otherwise: number) => (value === undefined ? otherwise : Number(value))
  const scaling = properties.ScalingConfig as { MaximumConcurrency?: number } | undefined
  const destination = (properties.DestinationConfig as { OnFailure?: { Destination?: string } } | undefined)?.OnFailure?.Destination
  return {
    name: resource.logicalId,
    sourceArn,
    functionArn: deployment.attribute(target, 'Arn'),
    roleArn: String(target.properties.Role),
    batchSize: number(properties.BatchSize, isQueue(sourceArn) ? 10 : 100),
    windowSeconds: number(properties.MaximumBatchingWindowInSeconds, 0),
    reportsItemFailures: ((properties.FunctionResponseTypes ?? []) as string[]).includes('ReportBatchItemFailures'),
    ...(scaling?.MaximumConcurrency === undefined ? {} : { maximumConcurrency: Number(scaling.MaximumConcurrency) }),
    bisects: String(properties.BisectBatchOnFunctionError) === 'true',
    maximumRetryAttempts: number(properties.MaximumRetryAttempts, -1),
    maximumRecordAgeSeconds: number(properties.MaximumRecordAgeInSeconds, -1),
    ...(destination === undefined ? {} : { onFailureArn: destination }),
    accepts: filterOf(resource),
  }
}

function functionOf(deployment: Deployment, { logicalId, properties }: Resource): Resource {
  const name = String(properties.FunctionName)
  const found = deployment.ofType('AWS::Lambda::Function').find((each) => each.ref === name || deployment.attribute(each, 'Arn') === name)
  if (!found) throw new Error(`event source mapping ${logicalId}: the template has no function ${name}`)
  return found
}

function filterOf({ logicalId, properties }: Resource): (record: unknown) => boolean {
  const filters = ((properties.FilterCriteria as { Filters?: { Pattern: string }[] } | undefined)?.Filters ?? []).map(({ Pattern }) => {
    try {
      return compilePattern(Pattern)
    } catch (error) {
      throw new Error(`event source mapping ${logicalId}: ${(error as Error).message}`)
    }
  })
  return (record) => filters.length === 0 || filters.some((matches) => matches(record))
}

const polling = {
  queue: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  stream: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
}

function refused({ sourceArn, functionArn, roleArn, onFailureArn }: Mapping, evaluate: Evaluate): string[] {
  const needed = polling[isQueue(sourceArn) ? 'queue' : 'stream'].map((action) => ({ action, resource: sourceArn, context: {} }))
  if (onFailureArn !== undefined) needed.push({ action: 'sqs:SendMessage', resource: onFailureArn, context: {} })
  return needed.flatMap((request) => {
    const { allowed, reason } = evaluate({ roleArn, tags: {}, accessKeyId: 'event-source-mapping' }, request)
    return allowed ? [] : [`${functionArn}: ${roleArn} is not authorized to perform ${request.action} on ${request.resource} ${reason}`]
  })
}
