import * as z from 'zod'
import { AwsError, FunctionError } from '../types.ts'
import type { Client } from './pools.ts'
import type { User } from './user-store.ts'
import type { Realm, TokenSource, World } from './world.ts'

const Claims = z
  .object({ claimsToAddOrOverride: z.record(z.string(), z.unknown()).nullish(), claimsToSuppress: z.array(z.string()).nullish() })
  .nullish()

/** The answer of a pre token generation function of version V2_0. */
const PreTokenAnswer = z.object({
  response: z
    .object({
      claimsAndScopeOverrideDetails: z
        .object({
          idTokenGeneration: Claims,
          accessTokenGeneration: z
            .object({
              claimsToAddOrOverride: z.record(z.string(), z.unknown()).nullish(),
              claimsToSuppress: z.array(z.string()).nullish(),
              scopesToAdd: z.array(z.string()).nullish(),
              scopesToSuppress: z.array(z.string()).nullish(),
            })
            .nullish(),
          groupOverrideDetails: z.object({ groupsToOverride: z.array(z.string()).nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
})

type Overrides = NonNullable<NonNullable<z.infer<typeof PreTokenAnswer>['response']>['claimsAndScopeOverrideDetails']>

export interface TriggerCall {
  world: World
  realm: Realm
  client: Client
}

export interface PreTokenCall extends TriggerCall {
  source: TokenSource
  user: User
  scopes: string[]
  /** What the application sent along; a first InitiateAuth's does not get here. */
  clientMetadata: Record<string, string> | undefined
}

/** Asks the pre token generation function what to put into both tokens; without one, nothing. */
export async function askPreToken(call: PreTokenCall): Promise<Overrides> {
  const { realm, source, user, scopes, clientMetadata } = call
  if (!realm.pool.preToken) return {}
  const groupConfiguration = { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null }
  const answer = await run(call, 'PreTokenGeneration', realm.pool.preToken, {
    ...common(call, '2', source, user.username),
    request: { userAttributes: attributesOf(user), groupConfiguration, scopes, ...(clientMetadata ? { clientMetadata } : {}) },
    response: { claimsAndScopeOverrideDetails: null },
  })
  const parsed = PreTokenAnswer.safeParse(answer)
  if (!parsed.success) throw unrecognizable()
  return parsed.data.response?.claimsAndScopeOverrideDetails ?? {}
}

/** Lets the pre-authentication function refuse a sign-in, before the password is looked at and for unknown users too. */
export async function askPreAuthentication(
  call: TriggerCall & { username: string; user: User | undefined; validationData: Record<string, string> },
): Promise<void> {
  const { realm, username, user, validationData } = call
  if (!realm.pool.preAuthentication) return
  const answer = await run(call, 'PreAuthentication', realm.pool.preAuthentication, {
    ...common(call, '1', 'PreAuthentication_Authentication', user?.username ?? username),
    request: { userAttributes: user ? attributesOf(user) : {}, validationData, ...(user ? {} : { userNotFound: true }) },
    response: {},
  })
  if (!z.object({ response: z.unknown() }).safeParse(answer).success) throw unrecognizable()
}

function common(call: TriggerCall, version: string, triggerSource: string, userName: string) {
  const { pool } = call.realm
  const callerContext = { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: call.client.id }
  return { version, triggerSource, region: pool.region, userPoolId: pool.id, userName, callerContext }
}

/** Attributes as every trigger sees them: text only, with the user's status among them. */
const attributesOf = (user: User) => ({ sub: user.sub, ...user.attributes, 'cognito:user_status': user.status })

async function run({ world }: TriggerCall, trigger: string, functionArn: string, event: unknown): Promise<unknown> {
  try {
    return await world.invoke(functionArn, event)
  } catch (error) {
    if (error instanceof FunctionError) {
      throw new AwsError('UserLambdaValidationException', `${trigger} failed with error ${error.message}.`)
    }
    world.log('cognito', `${trigger} could not be run: ${error instanceof Error ? error.message : String(error)}`)
    throw new AwsError('UnexpectedLambdaException', `${trigger} invocation failed due to an unexpected error.`)
  }
}

const unrecognizable = () => new AwsError('InvalidLambdaResponseException', 'Unrecognizable lambda output')
