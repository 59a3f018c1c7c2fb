import { reaching } from '../../shared/access/evaluate.ts'
import type { Assignment, Policy, Principal } from '../../shared/access/model.ts'
import type { ListOptions } from '../../shared/store/page.ts'

/** Who is looked for by what they were given; and by which of several ways somebody counts as found, so that a walk along all of them shows them once. */

export interface Sought {
  /** Is it one of the assignments by which somebody is found? Every one of them stands in a list below. */
  matches(assignment: Assignment): boolean
  /** People known by themselves, sorted. */
  userIds?: readonly string[]
  /** Roles whose holders they are, sorted. */
  roleIds: readonly string[]
  /** Where the records of the other assignments are listed. */
  records?: Pick<ListOptions<never>, 'index'> & { partitions: readonly (string | { partition: string; beginsWith: string })[] }
  /** Groups of which everybody in them, and below them, is found. */
  rootIds?: readonly string[]
}

/** One way: somebody by themselves, by a role, by the record of an assignment, or by a group that they are in. */
export type Way = `${'user' | 'role' | 'record' | 'group'} ${string}`

const least = (ids: readonly string[]): string | undefined => ids.toSorted()[0]

/** The way to whoever holds this themselves. */
export function wayByOwn({ matches, roleIds }: Sought, assignments: readonly Assignment[]): Way | undefined {
  const found = assignments.filter(matches)
  const role = least(found.flatMap(({ roleId }) => (roleId && roleIds.includes(roleId) ? [roleId] : [])))
  if (role) return `role ${role}`
  const record = least(found.map(({ id }) => id))
  return record === undefined ? undefined : `record ${record}`
}

/** The group by which all that are in this one are found: one above it, or itself. */
export function giverOf({ matches, rootIds = [] }: Sought, groupId: string, policy: Policy): string | undefined {
  const root = policy.group?.(groupId)?.path.find((id) => rootIds.includes(id))
  if (root) return root
  for (const { assignment, groups } of reaching({ id: '', kind: 'member', assignments: [], groupIds: [groupId] }, policy))
    if (matches(assignment)) return groups.at(-1)
  return undefined
}

/** The one way by which somebody counts as found, if they are found at all. */
export function wayTo({ id, assignments, groupIds = [] }: Principal, sought: Sought, policy: Policy): Way | undefined {
  if (sought.userIds?.includes(id)) return `user ${id}`
  const own = wayByOwn(sought, assignments)
  if (own) return own
  // All are asked about before one is chosen, so that what is not known yet is read together.
  const group = groupIds.filter((each) => giverOf(sought, each, policy) !== undefined)[0]
  return group === undefined ? undefined : `group ${group}`
}
