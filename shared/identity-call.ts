import type * as Cognito from '@aws-sdk/client-cognito-identity-provider'
import { callJson } from './aws-call.ts'
import { toProblem } from './identity-problems.ts'
import type { Meter } from './store/meter.ts'

/** What Cognito is asked, and what is read of its answers, in the types of the SDK; of its client nothing is loaded (`aws-call.ts`). */
interface Operations {
  AdminCreateUser: [Cognito.AdminCreateUserRequest, unknown]
  AdminDeleteUser: [Cognito.AdminDeleteUserRequest, unknown]
  AdminGetUser: [Cognito.AdminGetUserRequest, Pick<Cognito.AdminGetUserResponse, 'UserMFASettingList'>]
  AdminInitiateAuth: [Cognito.AdminInitiateAuthRequest, Cognito.AdminInitiateAuthResponse]
  AdminRespondToAuthChallenge: [Cognito.AdminRespondToAuthChallengeRequest, Cognito.AdminRespondToAuthChallengeResponse]
  AdminSetUserMFAPreference: [Cognito.AdminSetUserMFAPreferenceRequest, unknown]
  AdminSetUserPassword: [Cognito.AdminSetUserPasswordRequest, unknown]
  AdminUpdateUserAttributes: [Cognito.AdminUpdateUserAttributesRequest, unknown]
  AdminUserGlobalSignOut: [Cognito.AdminUserGlobalSignOutRequest, unknown]
  AssociateSoftwareToken: [Cognito.AssociateSoftwareTokenRequest, Cognito.AssociateSoftwareTokenResponse]
  DescribeUserPool: [Cognito.DescribeUserPoolRequest, unknown]
  DescribeUserPoolClient: [Cognito.DescribeUserPoolClientRequest, { UserPoolClient?: { ClientName?: string } }]
  GetTokensFromRefreshToken: [Cognito.GetTokensFromRefreshTokenRequest, Cognito.GetTokensFromRefreshTokenResponse]
  RevokeToken: [Cognito.RevokeTokenRequest, unknown]
  VerifySoftwareToken: [Cognito.VerifySoftwareTokenRequest, unknown]
}
export type Operation = keyof Operations
export type Asked<O extends Operation> = Operations[O][0]
export type Answered<O extends Operation> = Operations[O][1]

/** A token in their body says who asks; Cognito takes no credentials for them. */
const UNSIGNED: readonly Operation[] = ['AssociateSoftwareToken', 'GetTokensFromRefreshToken', 'RevokeToken', 'VerifySoftwareToken']

/** Three tries of it end before a function does. Cognito may first wait for a trigger of the product that starts cold. */
const SILENCE_MS = 8_000

export const callCognito = <O extends Operation>(operation: O, input: Asked<O>): Promise<Answered<O>> =>
  callJson({
    service: 'cognito-idp',
    variable: 'COGNITO_IDENTITY_PROVIDER',
    target: `AWSCognitoIdentityProviderService.${operation}`,
    input,
    silenceMs: SILENCE_MS,
    unsigned: UNSIGNED.includes(operation),
  })

/** One metered call; Cognito's exceptions leave as problems. */
export async function ask<O extends Operation>(counts: Meter, operation: O, input: Asked<O>): Promise<Answered<O>> {
  try {
    return await counts.during(() => callCognito(operation, input))
  } catch (error) {
    throw toProblem(error)
  }
}
