import { creates } from '../../shared/resource/verbs.ts'
import { createPermission } from './contract.ts'
import { makePermission, nameAll, permissions, toPermission } from './permission.ts'

export const handler = creates(
  createPermission,
  permissions,
  ({ body, tenant, now }) => {
    const change = makePermission(tenant.id, body, now)
    return { ...change, alongside: [nameAll(change.after)] }
  },
  toPermission,
)
