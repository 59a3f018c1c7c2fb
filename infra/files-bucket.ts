import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CorsRule,
  HttpMethods,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { AREAS, areaPrefix, MAX_SECONDS } from '../shared/files/areas.ts'
import type { Stage } from './stage.ts'

const NO_ACCESS_LOG = {
  id: 'AwsSolutions-S1',
  reason: 'Who was handed which file is told by the audit trail; a log of the uses of links that live minutes would only hold addresses.',
}

/** A file goes with its area's days, and what an upload in parts left behind the next day. */
const lifecycleRules: LifecycleRule[] = [
  ...Object.entries(AREAS).map(([area, { keptDays }]) => ({
    id: area,
    prefix: areaPrefix(area),
    expiration: Duration.days(keptDays),
  })),
  { id: 'unfinished', abortIncompleteMultipartUploadAfter: Duration.days(1) },
]

const corsOf = ({ origins }: Stage): CorsRule[] => [
  {
    allowedOrigins: origins,
    allowedMethods: [HttpMethods.POST, HttpMethods.GET, HttpMethods.HEAD],
    allowedHeaders: ['*'],
    exposedHeaders: ['ETag', 'Content-Disposition'],
    maxAge: Duration.hours(1).toSeconds(),
  },
]

/**
 * Where files lie. Without versions: what is deleted or expires is gone, a person's data too, and no content is replaced in a way that
 * versions would have to undo, for keys are made anew and whoever reads names the content they mean.
 */
export function filesBucket(scope: Construct, stage: Stage): Bucket {
  const bucket = new Bucket(scope, 'Files', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    versioned: false,
    lifecycleRules,
    ...(stage.origins.length > 0 ? { cors: corsOf(stage) } : {}),
    removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  })
  // Whatever a link or a form says of its own end.
  bucket.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:*'],
      resources: [bucket.arnForObjects('*')],
      conditions: { NumericGreaterThan: { 's3:signatureAge': MAX_SECONDS * 1000 } },
    }),
  )
  Validations.of(bucket).acknowledge(NO_ACCESS_LOG)
  return bucket
}
