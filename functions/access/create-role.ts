import { creates } from '../../shared/resource/verbs.ts'
import { createRole } from './contract.ts'
import { requireHeldEverywhere } from './granting.ts'
import { requirePermissions } from './permission.ts'
import { makeRole, roles, toRole } from './role.ts'

export const handler = creates(
  createRole,
  roles,
  async (call) => {
    const { body, tenant, now } = call
    const change = makeRole(tenant.id, body, now)
    const alongside = requirePermissions(tenant.id, body.permissions)
    await requireHeldEverywhere(call, body.permissions, 'make a role of')
    return { ...change, alongside }
  },
  toRole,
)
