import type { AwsReply, AwsRequest, AwsService, IamRequest } from '../types.ts'
import { AwsError } from '../types.ts'
import { SIGNED, UNSIGNED } from './operations/operations.ts'
import type { World } from './world.ts'

const OPERATIONS = new Map([...Object.entries(SIGNED), ...Object.entries(UNSIGNED)])

/** Cognito's own API: `X-Amz-Target: AWSCognitoIdentityProviderService.<Operation>`. */
export function cognitoApi(world: World, account: { region: string; id: string }): AwsService {
  const needs = ({ operation, input }: AwsRequest): IamRequest[] => {
    if (!Object.hasOwn(SIGNED, operation)) return []
    const poolId = String(input.UserPoolId)
    const arn = world.realms.get(poolId)?.pool.arn ?? `arn:aws:cognito-idp:${account.region}:${account.id}:userpool/${poolId}`
    return [{ action: `cognito-idp:${operation}`, resource: arn, context: {} }]
  }
  const handle = async ({ operation, input }: AwsRequest): Promise<AwsReply> => {
    const run = OPERATIONS.get(operation)
    if (!run) throw new AwsError('UnknownOperationException', `The local user pools do not know the operation ${operation}.`)
    const answer = await run(world, input)
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(answer) }
  }
  return { name: 'cognito-idp', needs, handle }
}
