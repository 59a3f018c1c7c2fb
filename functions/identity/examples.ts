import { examplesOf } from '../../shared/examples.ts'
import * as contract from './contract.ts'

const email = 'ada@example.com'
const password = 'Correct-Horse-9-Battery'
const newPassword = 'Another-Horse-7-Staple'
const code = '123456'
const token = 'q3V0aW9uLWlzLXRoZS1wcm9vZg'
const session = 'AYABeC1zdGVwLW9mLXNpZ25pbmctaW4'
const registrationId = 'reg_01j9z0s6n6r3v7t4q2m8k5w1xa'
const organizationId = 'org_01j9z0s6n6r3v7t4q2m8k5w1xa'

export const examples = examplesOf(contract, {
  // Their ids are UUIDs, which Cognito gives.
  resources: { session: { listedBy: 'listSessions' } },
  requests: {
    register: {
      body: { organization: { name: 'Analytical Engines' }, admin: { email, password, firstName: 'Ada', lastName: 'Lovelace' } },
    },
    verifyEmail: { body: { registrationId, code } },
    resendVerification: { body: { registrationId } },
    foundOrganization: { body: { name: 'Difference Engines' } },
    acceptInvitation: { body: { token, password } },
    login: { body: { email, password } },
    completeMfa: { body: { email, session, code } },
    setNewPassword: { body: { email, session, newPassword } },
    refresh: { body: { refreshToken: token } },
    exchangeKey: { body: { apiKey: 'tsk_a-key-that-nobody-has' } },
    changePassword: { body: { currentPassword: password, newPassword } },
    forgotPassword: { body: { email } },
    resetPassword: { body: { email, code, newPassword } },
    updateMe: { body: { locale: 'de' } },
    setHome: { body: { organizationId } },
    stepUp: { body: { password } },
    setUpMfa: { body: { password } },
    verifyMfa: { body: { code } },
    recoverMfa: { body: { email, password, backupCode: 'a1b2-c3d4-e5f6' } },
    requestRecovery: { body: { email, password } },
    completeRecovery: { body: { email, password } },
    cancelRecovery: { body: { token } },
    changeEmail: { body: { email: 'ada.lovelace@example.com' } },
    undoEmailChange: { body: { token } },
  },
})
