import type { Deployment, Resource } from '../types.ts'
import { asStrings } from './conditions.ts'
import { compilePolicy, type Statement } from './policy.ts'

export interface ResourcePolicies {
  /** Statements that stand on the resource or, for an index, a stream or an object, on its table or bucket. */
  for(resourceArn: string): Statement[]
}

const OF_TABLE = /^([^/]+:table\/[^/]+)\/index\//
const OF_BUCKET = /^(arn:aws:s3:::[^/]+)\//

/** The policies that stand on tables, streams, buckets, queues, topics and event buses. */
export function loadResourcePolicies(deployment: Deployment): ResourcePolicies {
  const byArn = new Map<string, Statement[]>()
  for (const [arn, document, name] of documents(deployment)) {
    byArn.set(arn, [...(byArn.get(arn) ?? []), ...compilePolicy(document, name)])
  }
  const onWhole = (arn: string, what: RegExp) => byArn.get(what.exec(arn)?.[1] ?? '')
  return {
    for: (resourceArn) => byArn.get(resourceArn) ?? onWhole(resourceArn, OF_TABLE) ?? onWhole(resourceArn, OF_BUCKET) ?? [],
  }
}

type Document = [arn: string, document: unknown, name: string]
interface WithPolicy {
  ResourcePolicy?: { PolicyDocument: unknown }
}

function documents(deployment: Deployment): Document[] {
  return [
    ...deployment.ofType('AWS::DynamoDB::Table').flatMap((table) => ofTable(deployment, table, table.properties)),
    ...deployment.ofType('AWS::DynamoDB::GlobalTable').flatMap((table) => {
      const replicas = (table.properties.Replicas ?? []) as Array<WithPolicy & { Region: string }>
      return replicas.filter((replica) => replica.Region === deployment.region).flatMap((replica) => ofTable(deployment, table, replica))
    }),
    ...deployment
      .ofType('AWS::SQS::QueuePolicy')
      .flatMap((policy) => ofTargets(deployment, policy, 'AWS::SQS::Queue', policy.properties.Queues)),
    ...deployment
      .ofType('AWS::SNS::TopicPolicy')
      .flatMap((policy) => ofTargets(deployment, policy, 'AWS::SNS::Topic', policy.properties.Topics)),
    ...deployment
      .ofType('AWS::S3::BucketPolicy')
      .flatMap((policy) => ofTargets(deployment, policy, 'AWS::S3::Bucket', policy.properties.Bucket)),
    ...deployment.ofType('AWS::Events::EventBusPolicy').map((policy) => ofBus(deployment, policy)),
  ]
}

function ofTable(deployment: Deployment, table: Resource, properties: WithPolicy & { StreamSpecification?: WithPolicy }): Document[] {
  const own = properties.ResourcePolicy
  const stream = properties.StreamSpecification?.ResourcePolicy
  return [
    ...(own ? [[deployment.attribute(table, 'Arn'), own.PolicyDocument, `policy of table ${table.logicalId}`] satisfies Document] : []),
    ...(stream
      ? [[deployment.attribute(table, 'StreamArn'), stream.PolicyDocument, `stream policy of table ${table.logicalId}`] satisfies Document]
      : []),
  ]
}

function ofTargets(deployment: Deployment, policy: Resource, type: string, targets: unknown): Document[] {
  return asStrings(targets).map((ref) => {
    const target = deployment.ofType(type).find((resource) => resource.ref === ref)
    if (!target) throw new Error(`policy ${policy.logicalId} stands on ${ref}, which is no ${type} of the deployment`)
    const arn = type === 'AWS::SNS::Topic' ? target.ref : deployment.attribute(target, 'Arn')
    return [arn, policy.properties.PolicyDocument, policy.logicalId]
  })
}

function ofBus(deployment: Deployment, policy: Resource): Document {
  const name = String(policy.properties.EventBusName ?? 'default')
  const arn = `arn:aws:events:${deployment.region}:${deployment.account}:event-bus/${name}`
  return [arn, { Version: '2012-10-17', Statement: policy.properties.Statement }, policy.logicalId]
}
