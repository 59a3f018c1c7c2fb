import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import {
  type HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { Construct } from 'constructs'
import { type Endpoint, isPublic, methodOf, pathOf } from '../shared/endpoint.ts'
import { TesseraFunction, type TesseraFunctionProps } from './function.ts'
import { deployedStage, httpApi } from './http-api.ts'
import { share, shareOf } from './parameters.ts'
import { API_TIMEOUT_SECONDS, type Part } from './parts.ts'
import { resourcesBelow } from './resources.ts'
import type { Stage } from './stage.ts'

export interface ApiStackProps extends StackProps {
  stage: Stage
  codeDir: string
  /** A ring of contexts: an HTTP API holds 300 routes, a stack about 65 functions. */
  endpoints: readonly Part<Endpoint>[]
  anyOther: Part
}

type Surroundings = Pick<TesseraFunctionProps, 'stage' | 'codeDir' | 'resources'>

/** What callers reach: a route, an integration and a function for each contract. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codeDir, endpoints, anyOther, ...props }: ApiStackProps) {
    super(scope, id, { ...props, description: 'Tessera: HTTP API' })
    const below = resourcesBelow(this, stage)
    const beside = { eventBusName: shareOf(this, stage, 'event-bus-name'), loginUrl: shareOf(this, stage, 'login-url') }
    const surroundings = { stage, codeDir, resources: { ...below, ...beside } }
    const api = httpApi(this, stage)
    const signedIn = this.authorizer(below)
    const routes = endpoints.map((part) => this.route(api, part, isPublic(part.rule) ? new HttpNoneAuthorizer() : signedIn, surroundings))
    const rest = this.catchAll(api, anyOther, surroundings)
    // The throttle of a route can be set only once the route is there.
    deployedStage(this, api, stage, endpoints).node.addDependency(...routes, rest)
    share(this, stage, { 'api-url': api.apiEndpoint })
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint })
  }

  private authorizer({ userPoolId, userPoolClientId }: { userPoolId: string; userPoolClientId: string }): HttpJwtAuthorizer {
    const issuer = `https://cognito-idp.${this.region}.${this.urlSuffix}/${userPoolId}`
    return new HttpJwtAuthorizer('SignedIn', issuer, { jwtAudience: [userPoolClientId] })
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
}
