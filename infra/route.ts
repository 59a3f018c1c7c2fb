import { Duration, Validations } from 'aws-cdk-lib'
import { HttpNoneAuthorizer, HttpRoute, type HttpRouteKey, type IHttpApiRef, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { TesseraFunction, type TesseraFunctionProps } from './function.ts'
import { API_TIMEOUT_SECONDS } from './parts.ts'

export interface RouteProps extends TesseraFunctionProps {
  api: IHttpApiRef
  routeKey: HttpRouteKey
  /** Who may pass, or why everybody may. */
  access: IHttpRouteAuthorizer | Everybody
}

interface Everybody {
  everybody: string
}

export const anyOtherAccess: Everybody = { everybody: 'It answers 404 and 405 only, and reaches no data.' }

/** Says to who checks the templates why a route asks for no token. */
export function openToAll(made: HttpRoute, { everybody }: Everybody = anyOtherAccess): HttpRoute {
  Validations.of(made).acknowledge({ id: 'AwsSolutions-APIG4', reason: everybody })
  return made
}

/** A function, and the route, the integration and the permission by which the API reaches it. */
export function route(
  scope: Construct,
  id: string,
  { api, routeKey, access, ...props }: RouteProps,
): { route: HttpRoute; lambda: LambdaFunction } {
  const { lambda } = new TesseraFunction(scope, props)
  const open = 'everybody' in access
  const made = new HttpRoute(scope, id, {
    httpApi: api,
    routeKey,
    integration: new HttpLambdaIntegration(props.part.name, lambda, { timeout: Duration.seconds(API_TIMEOUT_SECONDS) }),
    authorizer: open ? new HttpNoneAuthorizer() : access,
  })
  return { route: open ? openToAll(made, access) : made, lambda }
}
