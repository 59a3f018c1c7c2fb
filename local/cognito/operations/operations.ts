import type { Input } from '../input.ts'
import type { World } from '../world.ts'
import * as adminUsers from './admin-users.ts'
import * as authentication from './authentication.ts'
import * as mfa from './mfa.ts'
import * as ownAccount from './own-account.ts'
import * as passwords from './passwords.ts'
import * as reading from './reading.ts'

type Operation = (world: World, input: Input) => Promise<object>

/** Operations that IAM must allow on the user pool. */
export const SIGNED: Record<string, Operation> = {
  AdminCreateUser: adminUsers.adminCreateUser,
  AdminDeleteUser: adminUsers.adminDeleteUser,
  AdminDisableUser: adminUsers.adminDisableUser,
  AdminEnableUser: adminUsers.adminEnableUser,
  AdminGetUser: adminUsers.adminGetUser,
  AdminInitiateAuth: authentication.adminInitiateAuth,
  AdminResetUserPassword: passwords.adminResetUserPassword,
  AdminRespondToAuthChallenge: authentication.respondToAuthChallenge,
  AdminSetUserMFAPreference: mfa.adminSetUserMfaPreference,
  AdminSetUserPassword: adminUsers.adminSetUserPassword,
  AdminUpdateUserAttributes: adminUsers.adminUpdateUserAttributes,
  AdminUserGlobalSignOut: adminUsers.adminUserGlobalSignOut,
  DescribeUserPool: reading.describeUserPool,
  DescribeUserPoolClient: reading.describeUserPoolClient,
  ListUsers: reading.listUsers,
}

/** Operations that a token, a session or a password authorizes instead of IAM. */
export const UNSIGNED: Record<string, Operation> = {
  AssociateSoftwareToken: mfa.associateSoftwareToken,
  ChangePassword: passwords.changePassword,
  ConfirmForgotPassword: passwords.confirmForgotPassword,
  DeleteUser: ownAccount.deleteUser,
  ForgotPassword: passwords.forgotPassword,
  GetTokensFromRefreshToken: authentication.getTokensFromRefreshToken,
  GetUser: reading.getUser,
  GlobalSignOut: reading.globalSignOut,
  InitiateAuth: authentication.publicInitiateAuth,
  RespondToAuthChallenge: authentication.respondToAuthChallenge,
  RevokeToken: authentication.revokeToken,
  SetUserMFAPreference: mfa.setUserMfaPreference,
  UpdateUserAttributes: ownAccount.updateUserAttributes,
  VerifySoftwareToken: mfa.verifySoftwareToken,
}
