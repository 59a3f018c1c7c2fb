import type { Answer } from '../../client/call.ts'
import { catalogue } from '../../functions/catalogue.ts'
import type { Prepare } from './cost-call.ts'
import { auditCalls } from './cost-calls-audit.ts'
import { decisionCalls } from './cost-calls-decisions.ts'
import { proofCalls } from './cost-calls-proofs.ts'
import { providerCalls } from './cost-calls-provider.ts'
import { signInCalls } from './cost-calls-sign-in.ts'
import { technicianCalls } from './cost-calls-technicians.ts'
import { isProviders, makeEach, ordinaryCall } from './from-examples.ts'
import { anonymous, codeIn, elsewhere, eventually, founder, freshMail, mailTo, member, PASSWORD, type Someone, tokenIn } from './journey.ts'
import { hasJob, hasTechnician } from './meanwhile.ts'

const names = { firstName: 'Grace', lastName: 'Hopper' }
const registration = (email: string) => ({
  body: { organization: { name: 'Costs Limited' }, admin: { email, password: PASSWORD, ...names } },
})

/** Somebody who registered, and has not proven the address. */
async function newcomer(): Promise<{ email: string; registrationId: string }> {
  const email = freshMail('costs')
  const { data } = await anonymous.register(registration(email))
  return { email, registrationId: data.registrationId }
}

const resetCode = async (email: string) => codeIn(await mailTo(email, (mail) => /password/i.test(mail.subject) && codeIn(mail) !== ''))

function publicCalls(ada: Someone, bea: Someone): Record<string, Prepare> {
  return {
    register: async () => {
      const email = freshMail('costs')
      return () => anonymous.register(registration(email))
    },
    async verifyEmail() {
      const { email, registrationId } = await newcomer()
      const code = codeIn(await mailTo(email, (mail) => codeIn(mail) !== ''))
      return () => anonymous.verifyEmail({ body: { registrationId, code } })
    },
    async resendVerification() {
      const { registrationId } = await newcomer()
      return () => anonymous.resendVerification({ body: { registrationId } })
    },
    async exchangeKey() {
      const { secret: apiKey } = (await ada.api.createApiKey({ body: { name: 'Costs', permissions: ['units:read'] } })).data
      await anonymous.exchangeKey({ body: { apiKey } })
      return () => anonymous.exchangeKey({ body: { apiKey } })
    },
    login: async () => () => anonymous.login({ body: { email: bea.email, password: PASSWORD } }),
    async refresh() {
      const { tokens } = await elsewhere(ada)
      return () => anonymous.refresh({ body: { refreshToken: tokens?.refreshToken ?? '' } })
    },
    async acceptInvitation() {
      const email = freshMail('costs')
      await ada.api.createUser({ body: { email, ...names } })
      const token = tokenIn(await mailTo(email, (mail) => tokenIn(mail) !== ''))
      return () => anonymous.acceptInvitation({ body: { token, password: PASSWORD } })
    },
    async forgotPassword() {
      const { email } = await founder()
      return () => anonymous.forgotPassword({ body: { email } })
    },
    async resetPassword() {
      const { email } = await founder()
      await anonymous.forgotPassword({ body: { email } })
      const code = await resetCode(email)
      return () => anonymous.resetPassword({ body: { email, code, newPassword: PASSWORD } })
    },
    getHealth: async () => () => anonymous.getHealth(),
    getReadiness: async () => () => anonymous.getReadiness(),
    getOpenApi: async () => () => anonymous.getOpenApi(),
    getDocs: async () => () => anonymous.getDocs(),
    getAuthzenConfiguration: async () => () => anonymous.getAuthzenConfiguration(),
    getDocsFile: async () => () => anonymous.getDocsFile({ params: { file: 'init.js' } }),
  }
}

function ownCalls(ada: Someone, bea: Someone): Record<string, Prepare> {
  return {
    async logout() {
      const phone = await elsewhere(ada)
      return () => phone.api.logout()
    },
    async logoutAll() {
      const person = await founder()
      return () => person.api.logoutAll()
    },
    getMe: async () => () => ada.api.getMe(),
    async updateMe() {
      const grace = await member(ada)
      return () => grace.api.updateMe({ body: { locale: 'de' } })
    },
    listSessions: async () => () => bea.api.listSessions(),
    async endSession() {
      const { id } = (await (await elsewhere(ada)).api.getMe()).data.session
      return () => ada.api.endSession({ params: { id } })
    },
    getOrganization: async () => () => ada.api.getOrganization(),
    listOrganizationHistory: async () => () => bea.api.listOrganizationHistory(),
    listEvents: async () => () => bea.api.listEvents({ query: { aggregateType: 'user', aggregateId: bea.userId } }),
    async updateOrganization() {
      const name = `Costs ${freshMail().slice(7, 15)}`
      return () => ada.api.updateOrganization({ body: { name } })
    },
    listAuditLogs: async () => () => ada.api.listAuditLogs({ query: { limit: 1 } }),
    async getAuditLog() {
      const { data } = await eventually(
        () => ada.api.listAuditLogs(),
        (page) => page.data.items.length > 0,
      )
      return () => ada.api.getAuditLog({ params: { id: data.items[0]?.id ?? '' } })
    },
    listNotifications: async () => () => bea.api.listNotifications(),
    async readNotification() {
      const grace = await member(ada)
      await ada.api.setUserRoles({ params: { id: grace.userId }, body: { roleIds: ['rol_report_viewer'] } })
      const { data } = await eventually(
        () => grace.api.listNotifications(),
        (page) => page.data.items.length > 0,
      )
      return () => grace.api.readNotification({ params: { id: data.items[0]?.id ?? '' } })
    },
    getNotificationPreferences: async () => () => ada.api.getNotificationPreferences(),
    replaceNotificationPreferences: async () => () => ada.api.replaceNotificationPreferences({ body: { 'user.joined': { email: true } } }),
    readAllNotifications: async () => () => ada.api.readAllNotifications(),
    listJobs: async () => () => bea.api.listJobs(),
    async listApiKeys() {
      await bea.api.createApiKey({ body: { name: 'Costs' } })
      return () => bea.api.listApiKeys()
    },
    async getJob() {
      const id = await hasJob(ada)
      return () => ada.api.getJob({ params: { id } })
    },
    async listJobErrors() {
      const id = await hasJob(ada)
      return () => ada.api.listJobErrors({ params: { id } })
    },
    async cancelJob() {
      const id = await hasJob(ada)
      return () => ada.api.cancelJob({ params: { id } })
    },
  }
}

function userCalls(ada: Someone, bea: Someone): Record<string, Prepare> {
  const { api } = ada
  const fresh = () => ({ email: freshMail('costs'), ...names })
  const invited = async () => (await api.createUser({ body: fresh() })).data
  const joined = () => member(ada)
  const on = (make: () => Promise<{ id: string } | Someone>, call: (id: string) => Promise<Answer<unknown>>) => async () => {
    const made = await make()
    const id = 'userId' in made ? made.userId : made.id
    return () => call(id)
  }
  const after =
    (...moves: ((id: string) => Promise<unknown>)[]) =>
    async () => {
      const person = await joined()
      for (const move of moves) await move(person.userId)
      return person
    }
  const lock = (id: string) => api.lockUser({ params: { id }, body: { reason: 'Costs' } })
  return {
    listUsers: async () => () => bea.api.listUsers(),
    createUser: async () => () => api.createUser({ body: fresh() }),
    'createUser+key': async () => () => api.createUser({ body: fresh(), idempotencyKey: freshMail() }),
    getUser: on(joined, (id) => api.getUser({ params: { id } })),
    async replaceUser() {
      const { userId: id, email } = await joined()
      return () => api.replaceUser({ params: { id }, body: { ...names, email, department: 'Costs' } })
    },
    updateUser: on(joined, (id) => api.updateUser({ params: { id }, body: { department: 'Costs' } })),
    deleteUser: on(joined, (id) => api.deleteUser({ params: { id } })),
    restoreUser: on(
      after((id) => api.deleteUser({ params: { id } })),
      (id) => api.restoreUser({ params: { id } }),
    ),
    setUserRoles: on(joined, (id) => api.setUserRoles({ params: { id }, body: { roleIds: ['rol_report_viewer'] } })),
    activateUser: on(
      after((id) => api.deactivateUser({ params: { id } })),
      (id) => api.activateUser({ params: { id } }),
    ),
    deactivateUser: on(joined, (id) => api.deactivateUser({ params: { id } })),
    lockUser: on(joined, lock),
    unlockUser: on(after(lock), (id) => api.unlockUser({ params: { id } })),
    resetUserPassword: on(joined, (id) => api.resetUserPassword({ params: { id } })),
    inviteUser: on(invited, (id) => api.inviteUser({ params: { id } })),
    listUserRoles: on(joined, (id) => api.listUserRoles({ params: { id } })),
    listUserPermissions: on(joined, (id) => api.listUserPermissions({ params: { id } })),
    listUserSessions: on(joined, (id) => api.listUserSessions({ params: { id } })),
    endUserSessions: on(joined, (id) => api.endUserSessions({ params: { id } })),
    listUserHistory: on(joined, (id) => api.listUserHistory({ params: { id } })),
    listUserActivity: on(joined, (id) => api.listUserActivity({ params: { id } })),
    listInvitations: async () => () => bea.api.listInvitations(),
    withdrawInvitation: on(invited, (id) => api.withdrawInvitation({ params: { id } })),
  }
}

function accessCalls(cleo: Someone, bea: Someone): Record<string, Prepare> {
  const { api } = cleo
  const group = async () => (await api.createGroup({ body: { name: `Costs ${freshMail().slice(7, 19)}` } })).data.id
  const given = async () => {
    const { userId: id } = await member(cleo)
    return { body: { subject: { type: 'user', id }, roleId: 'rol_report_viewer', scope: { type: 'organization' } } } as const
  }
  const assignment = async () => (await api.createRoleAssignment(await given())).data.id
  const inGroup = async () => {
    const [id, { userId }] = [await group(), await member(cleo)]
    await api.addGroupMember({ params: { id }, body: { userId } })
    return { id, userId }
  }
  return {
    listGroups: async () => () => bea.api.listGroups(),
    async moveGroup() {
      const [id, newParentId] = [await group(), await group()]
      return () => api.moveGroup({ params: { id }, body: { newParentId } })
    },
    listRoleAssignments: async () => () => bea.api.listRoleAssignments(),
    async addGroupMember() {
      const [id, { userId }] = [await group(), await member(cleo)]
      return () => api.addGroupMember({ params: { id }, body: { userId } })
    },
    async removeGroupMember() {
      const params = await inGroup()
      return () => api.removeGroupMember({ params })
    },
    async listUserGroups() {
      const { userId: id } = await inGroup()
      return () => api.listUserGroups({ params: { id } })
    },
    async createRoleAssignment() {
      const options = await given()
      return () => api.createRoleAssignment(options)
    },
    async getRoleAssignment() {
      const id = await assignment()
      return () => api.getRoleAssignment({ params: { id } })
    },
    async listRoleAssignmentHistory() {
      const id = await assignment()
      return () => api.listRoleAssignmentHistory({ params: { id } })
    },
    async deleteRoleAssignment() {
      const id = await assignment()
      return () => api.deleteRoleAssignment({ params: { id } })
    },
  }
}

/** Units that somebody looks after who holds nothing else. */
function unitCalls(cleo: Someone, bea: Someone): Record<string, Prepare> {
  const { api } = cleo
  const fresh = async () => ({ name: `Costs ${freshMail().slice(7, 15)}`, ownerId: (await member(cleo)).userId })
  const make = async () => (await api.createUnit({ body: await fresh() })).data.id
  const on = (call: (id: string) => Promise<Answer<unknown>>) => async () => {
    const id = await make()
    return () => call(id)
  }
  return {
    async createUnit() {
      const body = await fresh()
      return () => api.createUnit({ body })
    },
    updateUnit: on((id) => api.updateUnit({ params: { id }, body: { description: 'Costs' } })),
    deleteUnit: on((id) => api.deleteUnit({ params: { id } })),
    async moveUnit() {
      const [id, newParentId] = [await make(), await make()]
      return () => api.moveUnit({ params: { id }, body: { newParentId } })
    },
    listUnits: async () => () => bea.api.listUnits(),
    listUnitSubtree: on((id) => api.listUnitSubtree({ params: { id } })),
    listUnitUsers: on((id) => api.listUnitUsers({ params: { id } })),
    async moveUser() {
      const [{ userId: id }, unitId] = [await member(cleo), await make()]
      return () => api.moveUser({ params: { id }, body: { unitId } })
    },
  }
}

/** What the examples say suffices for most; what is special stands above. */
function ordinaryCalls(ada: Someone): Record<string, Prepare> {
  let resources: Promise<Record<string, string>> | undefined
  const make = () => {
    // Somebody who joins is news to the administrator: something to list.
    resources ??= Promise.all([hasJob(ada), hasTechnician(ada), member(ada)])
      .then(() => makeEach((maker) => (isProviders(maker) ? undefined : ada.api), ada.api))
      .then((made) => ({ ...made, usr: ada.userId }))
    return resources
  }
  return Object.fromEntries(catalogue.map(({ name }) => [name, async () => ordinaryCall(name, ada.api, await make())]))
}

export type Callers = Record<'ada' | 'bea' | 'cleo' | 'dora' | 'provider', Someone>

/**
 * The organizations of Ada, Cleo and Dora grow with the calls: the mails that one may send in a day would not do for all. Bea's stays as it was
 * founded, so that its lists always cost the same.
 */
export const callsOf = ({ ada, bea, cleo, dora, provider }: Callers): Record<string, Prepare> => ({
  ...ordinaryCalls(ada),
  ...publicCalls(ada, bea),
  ...ownCalls(ada, bea),
  ...userCalls(ada, bea),
  ...accessCalls(cleo, bea),
  ...auditCalls(ada, bea),
  ...decisionCalls(dora, bea),
  ...unitCalls(cleo, bea),
  ...proofCalls(bea),
  ...signInCalls(dora),
  ...providerCalls(provider),
  ...technicianCalls(provider),
})
