import { AdminSetUserPasswordCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { decodeJwt } from 'jose'
import { appWith, challenge, enrol } from './authenticator.ts'
import type { Prepare } from './cost-call.ts'
import { anonymous, codeIn, eventually, freshMail, mailTo, member, PASSWORD, type Someone, tokenIn } from './journey.ts'
import { recoveryIsDue, runningStack } from './meanwhile.ts'

/** The calls of second factors, of passwords and of further organizations, each by somebody new of Ada's. */

const NEW_PASSWORD = 'Another-Horse-7-Staple'

/** What only whoever runs the installation does: a password that has to be replaced at the next sign-in. */
async function makeTemporary({ userId, tokens }: Someone): Promise<void> {
  const { region, credentials, urls } = runningStack()
  const cognito = new CognitoIdentityProviderClient({ region, credentials, endpoint: urls.aws })
  const UserPoolId = decodeJwt(tokens?.accessToken ?? '')
    .iss?.split('/')
    .at(-1)
  await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: userId, Password: PASSWORD, Permanent: false }))
}

/** Somebody who lost the second factor and waits to be let in without. */
async function waiting(ada: Someone): Promise<Someone> {
  const grace = await member(ada)
  await enrol(grace)
  await anonymous.requestRecovery({ body: { email: grace.email, password: PASSWORD } })
  return grace
}

export function signInCalls(ada: Someone): Record<string, Prepare> {
  return {
    async setUpMfa() {
      const { api } = await member(ada)
      return () => api.setUpMfa({ body: { password: PASSWORD } })
    },
    async verifyMfa() {
      const { api } = await member(ada)
      const nextCode = appWith((await api.setUpMfa({ body: { password: PASSWORD } })).data.secret)
      return () => api.verifyMfa({ body: { code: nextCode() } })
    },
    async removeMfa() {
      const grace = await member(ada)
      await enrol(grace)
      return () => grace.api.removeMfa()
    },
    async stepUp() {
      const { api } = await member(ada)
      return () => api.stepUp({ body: { password: PASSWORD } })
    },
    async replaceBackupCodes() {
      const grace = await member(ada)
      await enrol(grace)
      return () => grace.api.replaceBackupCodes()
    },
    async requestRecovery() {
      const grace = await member(ada)
      await enrol(grace)
      return () => anonymous.requestRecovery({ body: { email: grace.email, password: PASSWORD } })
    },
    async completeRecovery() {
      const grace = await waiting(ada)
      await recoveryIsDue(grace)
      return () => anonymous.completeRecovery({ body: { email: grace.email, password: PASSWORD } })
    },
    async cancelRecovery() {
      const grace = await waiting(ada)
      const token = tokenIn(await mailTo(grace.email, (mail) => mail.text.includes('/cancel-recovery?')))
      return () => anonymous.cancelRecovery({ body: { token } })
    },
    async refuseRecovery() {
      const grace = await waiting(ada)
      return () => ada.api.refuseRecovery({ params: { id: grace.userId } })
    },
    async reapproveUser() {
      const grace = await waiting(ada)
      await recoveryIsDue(grace)
      await anonymous.completeRecovery({ body: { email: grace.email, password: PASSWORD } })
      const params = { id: grace.userId }
      await eventually(
        () => ada.api.getUser({ params }),
        ({ data }) => data.reapprovalRequired,
      )
      return () => ada.api.reapproveUser({ params })
    },
    async changeEmail() {
      const { api } = await member(ada)
      return () => api.changeEmail({ body: { email: freshMail('next') } })
    },
    async undoEmailChange() {
      const grace = await member(ada)
      const email = freshMail('next')
      await grace.api.changeEmail({ body: { email } })
      const code = codeIn(await mailTo(email, (mail) => codeIn(mail) !== ''))
      await grace.api.verifyEmail({ body: { email, code } })
      const token = tokenIn(await mailTo(grace.email, (mail) => /undo/.test(mail.text) && tokenIn(mail) !== ''))
      return () => anonymous.undoEmailChange({ body: { token } })
    },
    async setHome() {
      const grace = await member(ada)
      const { organization } = (await grace.api.foundOrganization({ body: { name: `Costs ${freshMail().slice(7, 15)}` } })).data
      return () => grace.api.setHome({ body: { organizationId: organization.id } })
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
    async leaveMembership() {
      const { api } = await member(ada)
      await api.foundOrganization({ body: { name: `Costs ${freshMail().slice(7, 15)}` } })
      return () => api.leaveMembership({ params: { id: ada.organizationId } })
    },
    async leaveOrganization() {
      const { api } = await member(ada)
      return () => api.leaveOrganization()
    },
  }
}
