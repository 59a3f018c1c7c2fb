import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { type HttpApi, HttpAuthorizer, HttpAuthorizerType, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { isPublic, methodOf, pathOf } from '../shared/endpoint.ts'
import { deployedStage, httpApi } from './http-api.ts'
import { share, shareOf } from './parameters.ts'
import type { EndpointPart } from './parts.ts'
import { type Resources, resourcesForApi } from './resources.ts'
import { openToAll, type RouteProps, route } from './route.ts'
import type { Stage } from './stage.ts'

export interface RingStackProps extends StackProps {
  stage: Stage
  codeDir: string
  ring: string
  endpoints: readonly EndpointPart[]
}

/** The endpoints of a ring of contexts behind an API of their own: a route, an integration and a function for each contract. */
export class RingStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codeDir, ring, endpoints, ...props }: RingStackProps) {
    super(scope, id, { ...props, description: `Tessera: API and endpoints of the ring ${ring}` })
    const resources = resourcesForApi(this, stage)
    const api = httpApi(this, stage, ring)
    const signedIn = this.authorizer(api, resources)
    const routes = endpoints.map((part) => {
      const routeKey = HttpRouteKey.with(pathOf(part.rule), HttpMethod[methodOf(part.rule)])
      const access: RouteProps['access'] = isPublic(part.rule) ? { everybody: part.rule.public } : signedIn
      return route(this, `${part.name}-route`, { api, part, routeKey, access, stage, codeDir, resources }).route
    })
    // API Gateway refuses a throttle whose route is not there yet.
    deployedStage(this, { api, stage, ring, endpoints }).node.addDependency(...routes, this.anyOther(api, stage))
    share(this, stage, { [`api-id-${ring}`]: api.apiId })
    new CfnOutput(this, 'RingApiUrl', { value: api.apiEndpoint })
  }

  /** A token of the enrolment client opens nothing here: it never leaves the server. */
  private authorizer(httpApi: HttpApi, resources: Required<Pick<Resources, 'issuer' | 'userPoolClientId' | 'hostedClientId'>>) {
    const { authorizerId } = new HttpAuthorizer(this, 'SignedIn', {
      httpApi,
      type: HttpAuthorizerType.JWT,
      identitySource: ['$request.header.Authorization'],
      jwtIssuer: resources.issuer,
      jwtAudience: [resources.userPoolClientId, resources.hostedClientId],
    })
    return HttpAuthorizer.fromHttpAuthorizerAttributes(this, 'OfRoutes', { authorizerId, authorizerType: HttpAuthorizerType.JWT })
  }

  /** Below the paths of this ring, too, there are addresses and methods that no route takes. */
  private anyOther(httpApi: HttpApi, stage: Stage): HttpRoute {
    const functionArn = shareOf(this, stage, 'any-other-arn')
    const lambda = LambdaFunction.fromFunctionAttributes(this, 'AnyOther', { functionArn, sameEnvironment: true })
    const integration = new HttpLambdaIntegration('any-other', lambda)
    return openToAll(new HttpRoute(this, 'any-other-route', { httpApi, routeKey: HttpRouteKey.DEFAULT, integration }))
  }
}
