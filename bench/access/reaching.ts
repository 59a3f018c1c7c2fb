import type { Assignment, Principal } from '../../shared/access/model.ts'
import type { Workload } from './workload.ts'

/** What reaches somebody, written once for the engines beside ours: their own assignments, those of their groups, and of all above them. */
export function reachingOf(
  { groups }: Workload,
  { assignments, groupIds = [] }: Principal,
): { assignments: Assignment[]; groups: string[] } {
  const above = new Set(groupIds.flatMap((id) => groups.get(id)?.path ?? []))
  return { groups: [...above], assignments: [...assignments, ...[...above].flatMap((id) => groups.get(id)?.assignments ?? [])] }
}
