import type { Prepare } from './cost-call.ts'
import { customerOf, member, type Someone } from './journey.ts'

/** The calls by which a customer lets a provider's technicians in, and what they ask. */

const TERMS = { accessLevel: 'read' as const, allowedServices: ['units'] }

export function technicianCalls(provider: Someone): Record<string, Prepare> {
  let made: Promise<Someone> | undefined
  /** The same customer again and again, so that only the first call finds its tenant new. */
  const joan = () => {
    made ??= customerOf(provider)
    return made
  }
  const technician = () => member(provider, ['rol_technician'])
  async function granted() {
    const [{ api }, tess] = [await joan(), await technician()]
    const { id } = (await api.grantTechnicianAccess({ body: { technicianId: tess.userId, ...TERMS } })).data
    return { api, tess, params: { id } }
  }
  const request = async () => {
    const [{ organizationId }, tess] = [await joan(), await technician()]
    return () => tess.api.requestTechnicianAccess({ body: { organizationId, ...TERMS } })
  }
  return {
    async listTechnicianAccess() {
      const { api } = await granted()
      return () => api.listTechnicianAccess({ query: { limit: 1 } })
    },
    async grantTechnicianAccess() {
      const [{ api }, { userId: technicianId }] = [await joan(), await technician()]
      return () => api.grantTechnicianAccess({ body: { technicianId, ...TERMS } })
    },
    async getTechnicianAccess() {
      const { api, params } = await granted()
      return () => api.getTechnicianAccess({ params })
    },
    async listTechnicianAccessHistory() {
      const { api, params } = await granted()
      return () => api.listTechnicianAccessHistory({ params })
    },
    async approveTechnicianAccess() {
      const { api } = await joan()
      const { id } = (await (await request())()).data
      return () => api.approveTechnicianAccess({ params: { id } })
    },
    async revokeTechnicianAccess() {
      const { api, params } = await granted()
      return () => api.revokeTechnicianAccess({ params, body: { reason: 'Costs' } })
    },
    async listTechnicianActivity() {
      const { api, params } = await granted()
      return () => api.listTechnicianActivity({ params })
    },
    requestTechnicianAccess: request,
    async listCustomerAccess() {
      const { tess } = await granted()
      return () => tess.api.listCustomerAccess()
    },
  }
}
