import { AdminSetUserPasswordCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { decodeJwt } from 'jose'
import { readDescription } from '../../local/data-folder.ts'
import { appWith, challenge, enrol } from './authenticator.ts'
import type { Prepare } from './cost-calls.ts'
import { anonymous, freshMail, member, PASSWORD, type Someone } from './journey.ts'

/** The calls of second factors, of passwords and of further organizations, each by somebody new of Ada's. */

const NEW_PASSWORD = 'Another-Horse-7-Staple'

/** What only whoever runs the installation does: a password that has to be replaced at the next sign-in. */
async function makeTemporary({ userId, tokens }: Someone): Promise<void> {
  const stack = readDescription(process.env.TESSERA_TEST_DATA ?? '')
  if (!stack) throw new Error('The stack under test has written no description.')
  const { region, credentials, urls } = stack
  const cognito = new CognitoIdentityProviderClient({ region, credentials, endpoint: urls.aws })
  const UserPoolId = decodeJwt(tokens?.accessToken ?? '')
    .iss?.split('/')
    .at(-1)
  await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: userId, Password: PASSWORD, Permanent: false }))
}

export function signInCalls(ada: Someone): Record<string, Prepare> {
  return {
    async setUpMfa() {
      const { api } = await member(ada)
      return () => api.setUpMfa()
    },
    async verifyMfa() {
      const { api } = await member(ada)
      const nextCode = appWith((await api.setUpMfa()).data.secret)
      return () => api.verifyMfa({ body: { code: nextCode() } })
    },
    async removeMfa() {
      const grace = await member(ada)
      await enrol(grace)
      return () => grace.api.removeMfa()
    },
    async completeMfa() {
      const grace = await member(ada)
      const { nextCode } = await enrol(grace)
      const session = await challenge(grace)
      return () => anonymous.completeMfa({ body: { email: grace.email, session, code: nextCode() } })
    },
    async recoverMfa() {
      const grace = await member(ada)
      const { backupCodes } = await enrol(grace)
      return () => anonymous.recoverMfa({ body: { email: grace.email, password: PASSWORD, backupCode: backupCodes[0] ?? '' } })
    },
    async resetUserMfa() {
      const grace = await member(ada)
      await enrol(grace)
      return () => ada.api.resetUserMfa({ params: { id: grace.userId } })
    },
    async changePassword() {
      const { api } = await member(ada)
      return () => api.changePassword({ body: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD } })
    },
    async setNewPassword() {
      const grace = await member(ada)
      await makeTemporary(grace)
      const session = await challenge(grace)
      return () => anonymous.setNewPassword({ body: { email: grace.email, session, newPassword: NEW_PASSWORD } })
    },
    async foundOrganization() {
      const { api } = await member(ada)
      return () => api.foundOrganization({ body: { name: `Costs ${freshMail().slice(7, 15)}` } })
    },
    async leaveOrganization() {
      const { api } = await member(ada)
      return () => api.leaveOrganization()
    },
  }
}
