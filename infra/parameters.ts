import { StringParameter } from 'aws-cdk-lib/aws-ssm'
import type { Construct } from 'constructs'
import type { Stage } from './stage.ts'

/**
 * What one stack tells another. Values pass by SSM parameters: an export that another stack imports could not change any more
 * without taking both apart.
 */
const shared = [
  ...(['table-name', 'table-arn', 'table-stream-arn', 'keyring-arn', 'event-bus-name'] as const),
  ...(['api-url', 'api-id', 'authorizer-id'] as const),
  ...(['user-pool-id', 'user-pool-client-id', 'hosted-client-id', 'enrolment-client-id', 'login-url'] as const),
] as const
export type Shared = (typeof shared)[number]

const parameterName = (stage: Stage, name: Shared) => `/tessera/${stage.name}/${name}`

export function share(scope: Construct, stage: Stage, values: Partial<Record<Shared, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    new StringParameter(scope, `shared-${name}`, { parameterName: parameterName(stage, name as Shared), stringValue: value })
  }
}

export const shareOf = (scope: Construct, stage: Stage, name: Shared): string =>
  StringParameter.valueForStringParameter(scope, parameterName(stage, name))
