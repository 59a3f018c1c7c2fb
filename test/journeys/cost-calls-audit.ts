import type { Prepare } from './cost-call.ts'
import type { Someone } from './journey.ts'

/** The calls of whoever works with the audit trail. */
export function auditCalls(ada: Someone, bea: Someone): Record<string, Prepare> {
  const { api } = ada
  const search = async () => (await api.createAuditSearch({ body: { name: 'Costs', filter: { action: 'user.locked' } } })).data
  const hold = async () => (await api.createLegalHold({ body: { reason: 'Costs' } })).data
  const on =
    <R>(make: () => Promise<{ id: string }>, call: (of: { params: { id: string } }) => Promise<R>) =>
    async () => {
      const { id } = await make()
      return () => call({ params: { id } })
    }
  return {
    recordAuditLog: async () => () => api.recordAuditLog({ body: { action: 'costs.measured', resource: { id: '1' } } }),
    exportAuditLogs: async () => () => api.exportAuditLogs({ body: { format: 'csv' } }),
    getAuditExport: on(
      async () => (await api.exportAuditLogs({ body: { format: 'csv', filter: { action: 'nothing.happened' } } })).data,
      (of) => api.getAuditExport(of),
    ),
    listActivityLogs: async () => () => api.listActivityLogs({ query: { userId: 'nobody' } }),
    listLegalHolds: async () => () => bea.api.listLegalHolds(),
    createLegalHold: async () => () => api.createLegalHold({ body: { reason: 'Costs' } }),
    releaseLegalHold: on(hold, (of) => api.releaseLegalHold({ ...of, body: { reason: 'Costs' } })),
    listAuditSearches: async () => () => bea.api.listAuditSearches(),
    createAuditSearch: async () => () => api.createAuditSearch({ body: { name: 'Costs', filter: { action: 'user.locked' } } }),
    updateAuditSearch: on(search, (of) => api.updateAuditSearch({ ...of, body: { name: 'More costs' } })),
    deleteAuditSearch: on(search, (of) => api.deleteAuditSearch(of)),
  }
}
