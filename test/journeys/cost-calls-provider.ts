import type { Answer, Options } from '../../client/call.ts'
import type { Prepare } from './cost-call.ts'
import { anonymous, clientOf, freshMail, mailTo, member, PASSWORD, refusal, type Someone, signIn, tokenIn } from './journey.ts'

/** The calls of a provider at its customers, and of a customer that ends them. */

const names = { firstName: 'Joan', lastName: 'Clarke' }
const freshName = () => `Costs ${freshMail().slice(7, 19)}`

type Move = (id: string, options?: Options) => Promise<Answer<unknown>>
/** No version of anything: what is asked with it is refused, once the tenant is open. */
const UNMATCHED = { ifMatch: '"0"' }

/** The same customer again and again, so that only the first call finds its tenant new. */
function once(make: () => Promise<string>): () => Promise<string> {
  let made: Promise<string> | undefined
  return () => {
    made ??= make()
    return made
  }
}

export function providerCalls({ api }: Someone): Record<string, Prepare> {
  const customer = async () => (await api.createCustomerOrganization({ body: { name: freshName() } })).data.id
  const regular = once(async () => (await api.createCustomerOrganization({ body: creation() })).data.id)
  const creation = () => ({ name: freshName(), admin: { email: freshMail('costs'), ...names } })
  const user = () => ({ email: freshMail('costs'), ...names })

  const suspend: Move = (id) => api.suspendOrganization({ params: { id }, body: { reason: 'Costs' } })
  const activate: Move = (id) => api.activateOrganization({ params: { id } })
  const offboard: Move = (id, options) => api.offboardOrganization({ params: { id }, ...options })
  const close: Move = (id, options) => api.closeOrganization({ params: { id }, ...options })
  const cancelClosing: Move = (id, options) => api.cancelClosing({ params: { id }, ...options })
  /** For moves without a way back: each at a customer of its own, whose tenant a refused call has made known. */
  const atNew = async (call: Move, ...before: Move[]) => {
    const id = await customer()
    for (const move of before) await move(id)
    await refusal(call(id, UNMATCHED))
    return () => call(id)
  }
  return {
    createCustomerOrganization: async () => () => api.createCustomerOrganization({ body: creation() }),
    'createCustomerOrganization+key': async () => () => api.createCustomerOrganization({ body: creation(), idempotencyKey: freshMail() }),
    listOrganizations: async () => () => api.listOrganizations({ query: { limit: 1 } }),
    async getCustomerOrganization() {
      const id = await regular()
      return () => api.getCustomerOrganization({ params: { id } })
    },
    async updateCustomerOrganization() {
      const id = await regular()
      return () => api.updateCustomerOrganization({ params: { id }, body: { name: freshName() } })
    },
    async suspendOrganization() {
      const id = await regular()
      await activate(id).catch(() => undefined)
      return () => suspend(id)
    },
    async activateOrganization() {
      const id = await regular()
      await suspend(id).catch(() => undefined)
      return () => activate(id)
    },
    offboardOrganization: () => atNew(offboard),
    closeOrganization: () => atNew(close, offboard),
    cancelClosing: () => atNew(cancelClosing, offboard, close),
    listRoles: async () => () => api.listRoles(),
    async listOrganizationUsers() {
      const id = await regular()
      return () => api.listOrganizationUsers({ params: { id } })
    },
    async createOrganizationUser() {
      const id = await regular()
      return () => api.createOrganizationUser({ params: { id }, body: user() })
    },
    async 'createOrganizationUser+key'() {
      const id = await regular()
      return () => api.createOrganizationUser({ params: { id }, body: user(), idempotencyKey: freshMail() })
    },
    async endProvider() {
      const { name, admin } = creation()
      const organizationId = (await api.createCustomerOrganization({ body: { name, admin } })).data.id
      const token = tokenIn(await mailTo(admin.email, (mail) => tokenIn(mail) !== ''))
      const { data } = await anonymous.acceptInvitation({ body: { token, password: PASSWORD } })
      const joan = { email: admin.email, userId: data.user.id, organizationId } as Someone
      joan.api = clientOf(joan)
      await signIn(joan)
      const basic = await member(joan)
      await refusal(basic.api.endProvider())
      return () => joan.api.endProvider()
    },
  }
}
