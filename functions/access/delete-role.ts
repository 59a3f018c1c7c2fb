import { transitions } from '../../shared/resource/verbs.ts'
import { deleteRole } from './contract.ts'
import { requireHeldEverywhere } from './granting.ts'
import { remove, roleOrSystemRole, roles } from './role.ts'

export const handler = transitions(deleteRole, roles, (role, { now }) => remove(role, now), undefined, {
  ...roleOrSystemRole,
  requires: ({ permissions }, call) => requireHeldEverywhere(call, permissions, 'remove a role of'),
})
