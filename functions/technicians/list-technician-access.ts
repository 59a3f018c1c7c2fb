import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { listTechnicianAccess } from './contract.ts'
import { statusOf, toAccess } from './present-access.ts'
import { accesses, type TechnicianAccess } from './technician-access.ts'

export const handler = lists(
  listTechnicianAccess,
  ({ query: { technicianId, status, ...page }, tenant, now }) => {
    const fits = (access: TechnicianAccess) =>
      (technicianId === undefined || access.technician.id === technicianId) && (status === undefined || statusOf(access, now) === status)
    const isFiltered = technicianId !== undefined || status !== undefined
    return find(tenant, accesses, { ...page, order: 'descending', ...(isFiltered ? { keep: fits } : {}) })
  },
  toAccess,
)
