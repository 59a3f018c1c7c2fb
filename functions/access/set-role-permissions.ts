import { transitions } from '../../shared/resource/verbs.ts'
import { setRolePermissions } from './contract.ts'
import { requireHeldEverywhere } from './granting.ts'
import { requirePermissions } from './permission.ts'
import { roleOrSystemRole, roles, setPermissions, toRole } from './role.ts'

export const handler = transitions(
  setRolePermissions,
  roles,
  async (role, call) => {
    const change = setPermissions(role, call.body.permissions, call.now)
    if (!change) return undefined
    const { added, removed } = change.data as { added: string[]; removed: string[] }
    const alongside = requirePermissions(role.organizationId, added)
    await requireHeldEverywhere(call, [...added, ...removed], 'add to a role, or take from it,')
    return { ...change, alongside }
  },
  toRole,
  roleOrSystemRole,
)
