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
  const noted = { role: noting(policy.role), isKnown: () => false, group: noting(policy.group), unit: noting(policy.unit) }
  const principal = { ...(workload.users[user] as Principal) }
  decide({ ...asked, principal, policy: noted, now: workload.now })
  return 1 + touched.size
}

/**
 * Where rules are made for a user before anything can be asked, of tables in third normal form: the user, the groups they are joined to and those
 * above, what these and they were given, its roles, what joins roles and permissions, the permissions, and the units above the thing.
 * `leanest`: where what joins a role and a permission bears its name, and a user bears their groups, so that neither is a row more.
 */
export function rowsOfRules(workload: Workload, { user, resource }: Check): { rows: number; leanest: number } {
  const principal = workload.users[user] as Principal
  const { assignments, groups } = reachingOf(workload, principal)
  const roles = [...new Set(assignments.flatMap(({ roleId }) => roleId ?? []))].map((id) => workload.roles.get(id)?.permissions ?? [])
  const joined = roles.flat()
  const units = workload.units.get(resource.unitId ?? '')?.length ?? 0
  const leanest = 1 + groups.length + assignments.length + roles.length + joined.length + units
  return { leanest, rows: leanest + (principal.groupIds?.length ?? 0) + new Set(joined).size }
}
