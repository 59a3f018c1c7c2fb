import { CfnOutput, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginRequestPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { Construct } from 'constructs'
import { ORIGIN_HEADER } from '../shared/serve/viewer.ts'
import { type Shared, shareOf } from './parameters.ts'
import type { EndpointPart } from './parts.ts'
import { pathRules } from './paths.ts'
import { originSecret } from './resources.ts'
import type { Stage } from './stage.ts'

export interface EdgeStackProps extends StackProps {
  stage: Stage
  endpoints: readonly EndpointPart[]
}

const ACCEPTED = [
  { id: 'AwsSolutions-CFR1', reason: 'Customers work from everywhere.' },
  {
    id: 'AwsSolutions-CFR2',
    reason: 'Requests are limited by the routes and by each function; a firewall is added by who runs the stage.',
  },
  { id: 'AwsSolutions-CFR3', reason: 'Every request is in the access log of its API.' },
  { id: 'AwsSolutions-CFR4', reason: "CloudFront's own certificate takes no minimum version; an own domain does." },
]

/** One host for the APIs of all rings: each answers the paths of its contexts, and a further one what belongs to none. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, { stage, endpoints, ...props }: EdgeStackProps) {
    super(scope, id, { ...props, description: 'Tessera: one host for all APIs' })
    const rings = [...new Set(endpoints.map(({ ring }) => ring))]
    const behaviors = new Map(rings.map((ring) => [ring, this.behavior(stage, `api-id-${ring}`, ring)]))
    const byPath = pathRules(endpoints).map(({ pattern, ring }) => [pattern, behaviors.get(ring) as BehaviorOptions] as const)
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Tessera ${stage.name}`,
      defaultBehavior: this.behavior(stage, 'any-other-api-id', 'any-other'),
      additionalBehaviors: Object.fromEntries(byPath),
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_3_2025,
    })
    Validations.of(distribution).acknowledge(...ACCEPTED)
    new CfnOutput(this, 'ApiUrl', { value: `https://${distribution.distributionDomainName}` })
  }

  /** Nothing is kept at the edge, for every answer is somebody's own. The header tells a function that the request came by here. */
  private behavior(stage: Stage, apiId: Shared, originId: string): BehaviorOptions {
    const host = `${shareOf(this, stage, apiId)}.execute-api.${this.region}.${this.urlSuffix}`
    return {
      origin: new HttpOrigin(host, { originId, customHeaders: { [ORIGIN_HEADER]: originSecret(this, stage) } }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      compress: false,
    }
  }
}
