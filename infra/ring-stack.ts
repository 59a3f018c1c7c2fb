import { Stack, type StackProps } from 'aws-cdk-lib'
import { HttpApi, HttpAuthorizer, HttpAuthorizerType, HttpMethod, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2'
import type { Construct } from 'constructs'
import { isPublic, methodOf, pathOf } from '../shared/endpoint.ts'
import { shareOf } from './parameters.ts'
import type { EndpointPart } from './parts.ts'
import { resourcesForApi } from './resources.ts'
import { route } from './route.ts'
import type { Stage } from './stage.ts'

export interface RingStackProps extends StackProps {
  stage: Stage
  codeDir: string
  endpoints: readonly EndpointPart[]
}

/** The endpoints of a ring of contexts: a route of the common API, an integration and a function for each contract. */
export class RingStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codeDir, endpoints, ...props }: RingStackProps) {
    super(scope, id, { ...props, description: `Tessera: endpoints, stack ${id}` })
    const api = HttpApi.fromHttpApiAttributes(this, 'Api', { httpApiId: shareOf(this, stage, 'api-id') })
    const signedIn = HttpAuthorizer.fromHttpAuthorizerAttributes(this, 'SignedIn', {
      authorizerId: shareOf(this, stage, 'authorizer-id'),
      authorizerType: HttpAuthorizerType.JWT,
    })
    const surroundings = { stage, codeDir, resources: resourcesForApi(this, stage) }
    for (const part of endpoints) {
      const routeKey = HttpRouteKey.with(pathOf(part.rule), HttpMethod[methodOf(part.rule)])
      const access = isPublic(part.rule) ? { everybody: part.rule.public } : signedIn
      route(this, `${part.name}-route`, { api, part, routeKey, access, ...surroundings })
    }
  }
}
