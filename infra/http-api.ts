import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import { type CfnStage, CorsHttpMethod, HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { Endpoint } from '../shared/endpoint.ts'
import type { Part } from './parts.ts'
import type { Stage } from './stage.ts'
import { routeThrottles } from './throttle.ts'

const METHODS = [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.PATCH, CorsHttpMethod.DELETE]
const REQUEST_HEADERS = [
  ...['authorization', 'content-type', 'x-organization-id', 'x-request-id', 'traceparent'],
  ...['idempotency-key', 'if-match', 'if-none-match'],
]
const ANSWER_HEADERS = [
  ...['etag', 'location', 'retry-after', 'ratelimit', 'ratelimit-policy'],
  ...['idempotency-replayed', 'x-request-id', 'x-tessera-request-id', 'traceparent', 'x-cost'],
]

const ACCESS_LOG = JSON.stringify({
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  bytes: '$context.responseLength',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
})

/** An HTTP API of one ring that lets the stage's origins in; its stage comes when its routes are there. */
export function httpApi(scope: Construct, { name, origins }: Stage, ring: string): HttpApi {
  const cors = { allowHeaders: REQUEST_HEADERS, exposeHeaders: ANSWER_HEADERS, maxAge: Duration.hours(1) }
  return new HttpApi(scope, 'Api', {
    apiName: `tessera-${name}-${ring}`,
    createDefaultStage: false,
    ...(origins.length > 0 ? { corsPreflight: { ...cors, allowOrigins: origins, allowMethods: METHODS } } : {}),
  })
}

export interface DeployedStage {
  api: HttpApi
  stage: Stage
  ring: string
  endpoints: readonly Part<Endpoint>[]
}

/** The API's stage: what it takes as a whole and by route, and a line for each access. */
export function deployedStage(scope: Construct, { api, stage, ring, endpoints }: DeployedStage): HttpStage {
  const logGroup = new LogGroup(scope, 'AccessLog', {
    // With this prefix the permission to write stands with the service, not in a policy of limited size.
    logGroupName: `/aws/vendedlogs/tessera/${stage.name}/api-${ring}`,
    retention: stage.logRetentionDays as RetentionDays,
    removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  })
  const deployed = new HttpStage(scope, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: stage.throttle.ratePerSecond, burstLimit: stage.throttle.burst },
    accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: AccessLogFormat.custom(ACCESS_LOG) },
  })
  const resource = deployed.node.defaultChild as CfnStage
  resource.routeSettings = routeThrottles(endpoints, stage.throttle)
  return deployed
}
