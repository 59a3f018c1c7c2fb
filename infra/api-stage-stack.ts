import { Stack, type StackProps } from 'aws-cdk-lib'
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import type { Construct } from 'constructs'
import type { Endpoint } from '../shared/endpoint.ts'
import { deployedStage } from './http-api.ts'
import { shareOf } from './parameters.ts'
import type { Part } from './parts.ts'
import type { Stage } from './stage.ts'

export interface ApiStageStackProps extends StackProps {
  stage: Stage
  endpoints: readonly Part<Endpoint>[]
}

/**
 * The API's stage, which holds the throttles of all routes. It comes after every ring, because API Gateway refuses a throttle whose
 * route is not there yet ("Unable to find Route by key … within the provided RouteSettings").
 */
export class ApiStageStack extends Stack {
  constructor(scope: Construct, id: string, { stage, endpoints, ...props }: ApiStageStackProps) {
    super(scope, id, { ...props, description: 'Tessera: stage of the HTTP API' })
    const api = HttpApi.fromHttpApiAttributes(this, 'Api', { httpApiId: shareOf(this, stage, 'api-id') })
    deployedStage(this, api, stage, endpoints)
  }
}
