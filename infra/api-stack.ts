import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { type Endpoint, isPublic, methodOf, pathOf } from '../shared/endpoint.ts'
import { TesseraFunction, type TesseraFunctionProps } from './function.ts'
import { share, shareOf } from './parameters.ts'
import { API_TIMEOUT_SECONDS, type Part } from './parts.ts'
import { type Resources, resourcesBelow } from './resources.ts'
import type { Stage } from './stage.ts'
import { routeThrottles } from './throttle.ts'

export interface ApiStackProps extends StackProps {
  stage: Stage
  codeDir: string
  /** A ring of contexts: an HTTP API holds 300 routes, a stack about 65 functions. */
  endpoints: readonly Part<Endpoint>[]
  anyOther: Part
}

type Surroundings = Pick<TesseraFunctionProps, 'stage' | 'codeDir' | 'resources'>

const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'x-organization-id',
  'x-request-id',
  'traceparent',
  'idempotency-key',
  'if-match',
  'if-none-match',
]
const ANSWER_HEADERS = [
  'etag',
  'location',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'idempotency-replayed',
  'x-request-id',
  'traceparent',
  'x-cost',
]
const METHODS = [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.PATCH, CorsHttpMethod.DELETE]

/** What callers reach: a route, an integration and a function for each contract. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codeDir, endpoints, anyOther, ...props }: ApiStackProps) {
    super(scope, id, { ...props, description: 'Tessera: HTTP API' })
    const resources: Resources = { ...resourcesBelow(this, stage), eventBusName: shareOf(this, stage, 'event-bus-name') }
    const surroundings = { stage, codeDir, resources }
    const api = this.api(stage)
    const signedIn = this.authorizer(resources)
    const routes = endpoints.map((part) => this.route(api, part, isPublic(part.rule) ? new HttpNoneAuthorizer() : signedIn, surroundings))
    const rest = this.catchAll(api, anyOther, surroundings)
    const deployed = this.stage(api, stage, endpoints)
    // The throttle of a route can be set only once the route is there.
    deployed.node.addDependency(...routes, rest)
    share(this, stage, { 'api-url': api.apiEndpoint })
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint })
  }

  private api(stage: Stage): HttpApi {
    const cors = {
      allowOrigins: stage.origins,
      allowMethods: METHODS,
      ...{ allowHeaders: REQUEST_HEADERS, exposeHeaders: ANSWER_HEADERS, maxAge: Duration.hours(1) },
    }
    return new HttpApi(this, 'Api', {
      apiName: `tessera-${stage.name}`,
      createDefaultStage: false,
      ...(stage.origins.length > 0 ? { corsPreflight: cors } : {}),
    })
  }

  private authorizer({ userPoolId, userPoolClientId }: Resources): HttpJwtAuthorizer {
    const issuer = `https://cognito-idp.${this.region}.${this.urlSuffix}/${userPoolId}`
    return new HttpJwtAuthorizer('SignedIn', issuer, { jwtAudience: [userPoolClientId ?? ''] })
  }

  private route(api: HttpApi, part: Part<Endpoint>, authorizer: IHttpRouteAuthorizer, surroundings: Surroundings): HttpRoute {
    const route = new HttpRoute(this, `${part.name}-route`, {
      httpApi: api,
      routeKey: HttpRouteKey.with(pathOf(part.rule), HttpMethod[methodOf(part.rule)]),
      integration: this.integration(part, surroundings),
      authorizer,
    })
    if (isPublic(part.rule)) Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: part.rule.public })
    return route
  }

  private catchAll(api: HttpApi, part: Part, surroundings: Surroundings): HttpRoute {
    const route = new HttpRoute(this, 'any-other-route', {
      httpApi: api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: this.integration(part, surroundings),
    })
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: 'It answers 404 and 405 only, and reaches no data.' })
    return route
  }

  private integration(part: Part, surroundings: Surroundings): HttpLambdaIntegration {
    const { lambda } = new TesseraFunction(this, { part, ...surroundings })
    return new HttpLambdaIntegration(part.name, lambda, { timeout: Duration.seconds(API_TIMEOUT_SECONDS) })
  }

  private stage(api: HttpApi, stage: Stage, endpoints: readonly Part<Endpoint>[]): HttpStage {
    const logGroup = new LogGroup(this, 'AccessLog', {
      // With this prefix the permission to write stands with the service, not in a policy of limited size.
      logGroupName: `/aws/vendedlogs/tessera/${stage.name}/api`,
      retention: stage.logRetentionDays as RetentionDays,
      removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    const deployed = new HttpStage(this, 'Stage', {
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
}

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
