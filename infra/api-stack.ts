import { CfnOutput, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { type HttpApi, HttpAuthorizer, HttpAuthorizerType, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2'
import type { Construct } from 'constructs'
import { httpApi } from './http-api.ts'
import { share } from './parameters.ts'
import type { Part } from './parts.ts'
import { type Resources, resourcesForApi } from './resources.ts'
import { route } from './route.ts'
import type { Stage } from './stage.ts'

export interface ApiStackProps extends StackProps {
  stage: Stage
  codeDir: string
  anyOther: Part
}

/** What callers reach: the API, who may pass, and the answer where no route is. Its routes come with the rings. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codeDir, anyOther, ...props }: ApiStackProps) {
    super(scope, id, { ...props, description: 'Tessera: HTTP API' })
    const resources = resourcesForApi(this, stage)
    const api = httpApi(this, stage)
    const { authorizerId } = this.authorizer(api, resources)
    const access = { everybody: 'It answers 404 and 405 only, and reaches no data.' }
    route(this, 'any-other-route', { api, part: anyOther, routeKey: HttpRouteKey.DEFAULT, access, stage, codeDir, resources })
    share(this, stage, { 'api-url': api.apiEndpoint, 'api-id': api.apiId, 'authorizer-id': authorizerId })
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint })
    Validations.of(this).acknowledge({ id: 'CloudFormation-Validate::W2001', reason: 'The one function here has no data role.' })
  }

  /** A token of the enrolment client opens nothing here: it never leaves the server. */
  private authorizer(httpApi: HttpApi, resources: Required<Pick<Resources, 'issuer' | 'userPoolClientId' | 'hostedClientId'>>) {
    return new HttpAuthorizer(this, 'SignedIn', {
      httpApi,
      type: HttpAuthorizerType.JWT,
      identitySource: ['$request.header.Authorization'],
      jwtIssuer: resources.issuer,
      jwtAudience: [resources.userPoolClientId, resources.hostedClientId],
    })
  }
}
