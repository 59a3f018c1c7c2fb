import { randomBytes } from 'node:crypto'
import type { Prepare } from './cost-call.ts'
import { makeOne, ordinaryCall } from './from-examples.ts'
import { member, type Someone } from './journey.ts'

/** Calls about access: of questions, of refusals and of requests, each for something that nobody asked for yet. */

const reason = 'I take the night shift this week.'
const letters = () => [...randomBytes(8)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')
const fresh = () => ({ body: { permission: `costs_${letters()}:read`, reason } })

/** What they read grows with the organization. */
const SEARCHES = ['whoCan', 'whatCan', 'previewAccess', 'searchAuthzenSubjects', 'searchAuthzenResources', 'searchAuthzenActions']
const searchesOf = ({ api, userId }: Someone): Record<string, Prepare> =>
  Object.fromEntries(SEARCHES.map((name) => [name, () => ordinaryCall(name, api, { usr: userId })]))

const freshType = () => ({ body: { type: `costs_${letters()}`, displayName: 'Costs', actions: [{ name: 'approve' }] } })

export function decisionCalls(ada: Someone, bea: Someone): Record<string, Prepare> {
  const asked = async (permission?: string) => {
    const grace = await member(ada)
    const { data } = await grace.api.createAccessRequest(permission ? { body: { permission, reason } } : fresh())
    return { params: { id: data.id } }
  }
  const request = async () => (await ada.api.createAccessRequest(fresh())).data
  const type = async () => (await ada.api.createResourceType(freshType())).data
  const thing = async () => (await ada.api.createResource({ body: { type: (await type()).type, key: 'PO-7' } })).data
  const on =
    <R>(make: () => Promise<{ id: string }>, call: (of: { params: { id: string } }) => Promise<R>) =>
    async () => {
      const { id } = await make()
      return () => call({ params: { id } })
    }
  const { api } = ada
  return {
    ...searchesOf(bea),
    createResourceType: async () => () => api.createResourceType(freshType()),
    listResourceTypes: async () => () => bea.api.listResourceTypes(),
    getResourceType: on(type, (of) => api.getResourceType(of)),
    listResourceTypeHistory: on(type, (of) => api.listResourceTypeHistory(of)),
    updateResourceType: on(type, (of) => api.updateResourceType({ ...of, body: { description: 'What we buy' } })),
    deleteResourceType: on(type, (of) => api.deleteResourceType(of)),
    async createResource() {
      const { type: of } = await type()
      return () => api.createResource({ body: { type: of, key: 'PO-7', attributes: { amount: 1200, status: 'open' } } })
    },
    listResources: async () => () => bea.api.listResources(),
    getResource: on(thing, (of) => api.getResource(of)),
    listResourceHistory: on(thing, (of) => api.listResourceHistory(of)),
    updateResource: on(thing, (of) => api.updateResource({ ...of, body: { attributes: { status: 'sent' } } })),
    deleteResource: on(thing, (of) => api.deleteResource(of)),
    async getDenial() {
      const reference = await makeOne('dny', bea.api, {})
      return () => bea.api.getDenial({ params: { reference } })
    },
    createAccessRequest: async () => () => ada.api.createAccessRequest(fresh()),
    listAccessRequests: async () => () => bea.api.listAccessRequests(),
    getAccessRequest: on(request, (of) => api.getAccessRequest(of)),
    listAccessRequestHistory: on(request, (of) => api.listAccessRequestHistory(of)),
    async approveAccessRequest() {
      const request = await asked('interventions:read')
      return () => ada.api.approveAccessRequest({ ...request, body: {} })
    },
    async refuseAccessRequest() {
      const request = await asked()
      return () => ada.api.refuseAccessRequest({ ...request, body: { reason: 'Ask your team lead first.' } })
    },
  }
}
