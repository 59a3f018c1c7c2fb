import { creates } from '../../shared/resource/verbs.ts'
import { createGroup } from './contract.ts'
import { beginsCount, groups, makeGroup, toGroup } from './group.ts'

export const handler = creates(
  createGroup,
  groups,
  ({ body, tenant, now }) => {
    const change = makeGroup(tenant.id, body, now)
    return { ...change, alongside: [beginsCount(change.after)] }
  },
  toGroup,
)
