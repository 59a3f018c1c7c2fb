import { decide } from '../../shared/access/evaluate.ts'
import type { Principal } from '../../shared/access/model.ts'
import { reachingOf } from './reaching.ts'
import { type Check, policyOf, type Workload } from './workload.ts'

/** How many rows must have been read before a first decision, by whoever knows nothing yet. */

/** Ours: the principal, and of roles, groups and units those that the question touches. */
export function rowsOfOurs(workload: Workload, { user, ...asked }: Check): number {
  const policy = policyOf(workload)
  const touched = new Set<string>()
  const noting =
    <T>(look: ((id: string) => T) | undefined) =>
    (id: string) => {
      touched.add(id)
      return look?.(id) as T
    }
  const noted = { role: noting(policy.role), group: noting(policy.group), unit: noting(policy.unit) }
  const principal = { ...(workload.users[user] as Principal) }
  decide({ ...asked, principal, policy: noted, now: workload.now })
  return 1 + touched.size
}

/**
 * Where rules are made for a user before anything can be asked: the user, all that reaches them, every permission of its roles as the rows
 * that join the two, the groups above, and the units above the thing.
 */
export function rowsOfRules(workload: Workload, { user, resource }: Check): number {
  const { assignments, groups } = reachingOf(workload, workload.users[user] as Principal)
  const roles = new Set(assignments.flatMap(({ roleId }) => roleId ?? []))
  const permissions = [...roles].reduce((sum, id) => sum + (workload.roles.get(id)?.permissions.length ?? 0), 0)
  return 1 + assignments.length + roles.size + permissions + groups.length + (workload.units.get(resource.unitId ?? '')?.length ?? 0)
}
