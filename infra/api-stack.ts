import { Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2'
import type { Construct } from 'constructs'
import { deployedStage, httpApi } from './http-api.ts'
import { share } from './parameters.ts'
import type { Part } from './parts.ts'
import { dataBelow } from './resources.ts'
import { anyOtherAccess, route } from './route.ts'
import type { Stage } from './stage.ts'

export interface ApiStackProps extends StackProps {
  stage: Stage
  codeDir: string
  anyOther: Part
}

/** The answer where no route is: for paths that belong to no ring by an API of its own, for others by the `$default` route of their ring. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codeDir, anyOther, ...props }: ApiStackProps) {
    super(scope, id, { ...props, description: 'Tessera: the answer where no route is' })
    const api = httpApi(this, stage, 'any-other')
    const surroundings = { stage, codeDir, resources: dataBelow(this, stage) }
    const made = route(this, 'any-other-route', {
      api,
      part: anyOther,
      routeKey: HttpRouteKey.DEFAULT,
      access: anyOtherAccess,
      ...surroundings,
    })
    deployedStage(this, { api, stage, ring: 'any-other', endpoints: [] }).node.addDependency(made.route)
    share(this, stage, { 'any-other-arn': made.lambda.functionArn, 'any-other-api-id': api.apiId })
    Validations.of(this).acknowledge({ id: 'CloudFormation-Validate::W2001', reason: 'The one function here has no data role.' })
  }
}
