import { decide } from '../../shared/access/evaluate.ts'
import type { Principal } from '../../shared/access/model.ts'
import { type Engine, policyOf } from './workload.ts'

export const ours: Engine = {
  name: 'Tessera',
  prepare(workload) {
    const policy = policyOf(workload)
    const { users, now } = workload
    return {
      decide: ({ user, permission, resource, environment }) =>
        decide({ principal: users[user] as Principal, policy, permission, resource, environment, now }).allowed,
    }
  },
}
