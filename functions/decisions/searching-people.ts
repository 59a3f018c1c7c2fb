import { covers, decide } from '../../shared/access/evaluate.ts'
import type { Policy } from '../../shared/access/model.ts'
import { systemRoles } from '../../shared/access/system-roles.ts'
import { listPartition } from '../../shared/store/entity.ts'
import { collect, eachPage } from '../../shared/store/pages.ts'
import { assignments, type Role, roles } from '../access/door.ts'
import { type ApiKey, apiKeys } from '../keys/door.ts'
import { type Answer, type Asker, answerTo } from './answers.ts'
import { type Candidate, candidatesOf, type Place } from './candidates.ts'
import { type Asking, type Case, casesOf, type Inquiry, isPermission, type Subject } from './facts.ts'
import { type Sought, wayTo } from './sought.ts'

/** Who may do something: whoever was given what permits it, found by lists and then decided about one by one. */

/** More than an organization has. */
const ALL_ROLES = 1_000

/** Its own roles, as they are listed: bounded, and read at once. */
const ownRoles = ({ tenant }: Asking): Promise<Role[]> =>
  collect(
    eachPage(async (cursor: string | undefined) => {
      const { items, nextCursor } = await tenant.list<Role>({ partitions: [roles.plural], index: 'g1', limit: ALL_ROLES, cursor })
      return { items, next: nextCursor }
    }),
  )

/** What covers a permission: itself, all of its resource, its action on everything, and everything. */
function covering(permission: string): string[] {
  const [resource, action] = permission.split(':')
  return [...new Set([permission, `${resource}:*`, `*:${action}`, '*:*'])]
}

async function soughtFor(call: Asking, permission: string): Promise<Sought> {
  const permitting = [...systemRoles, ...(await ownRoles(call))].filter((role) => role.permissions.some((each) => covers(each, permission)))
  const roleIds = permitting.map(({ id }) => id).sort()
  const names = covering(permission)
  return {
    matches: ({ roleId, permission: given = '' }) => (roleId ? roleIds.includes(roleId) : names.includes(given)),
    roleIds,
    records: { partitions: names.map((name) => listPartition(assignments, 'ROLE', name)), index: 'g3' },
  }
}

export const askerOf = ({ access: { principal, environment }, now }: Asking): Asker => ({ principal, environment, now })

/** Whoever is found and shown to whoever asks: by the way that counts, and only if they may see them. */
export async function seenOf<T>(
  call: Asking,
  sought: Sought,
  candidates: readonly Candidate[],
  cases: readonly Case[],
  show: (of: Subject, policy: Policy, asked: Case) => T[],
): Promise<T[]> {
  const asker = askerOf(call)
  return call.policy.ask((policy) =>
    cases.flatMap((each, n) => {
      const { subject } = each
      const way = subject && wayTo(subject.principal, sought, policy)
      if (!subject || !way || !candidates[n]?.ways.includes(way)) return []
      const isSeen = !subject.seenAs || decide({ ...asker, policy, permission: 'users:read', resource: subject.seenAs }).allowed
      return isSeen ? show(subject, policy, each) : []
    }),
  )
}

export interface Able {
  userId: string
  because: Answer['because']
}

export type Searched = Omit<Inquiry, 'userId'>

/** One page of those who may. */
export async function peopleWhoCan(
  call: Asking,
  inquiry: Searched,
  page: { limit: number; place: Place },
): Promise<{ items: Able[]; place: Place | undefined }> {
  if (!isPermission(inquiry.permission)) return { items: [], place: undefined }
  const sought = await soughtFor(call, inquiry.permission)
  const { candidates, place } = await candidatesOf(call, sought, page)
  const cases = await casesOf(
    call,
    candidates.map(({ id }) => ({ ...inquiry, userId: id })),
  )
  const asker = askerOf(call)
  const items = await seenOf(call, sought, candidates, cases, (_, policy, each) => {
    const { allowed, because, question } = answerTo(asker, each, policy)
    return allowed && question ? [{ userId: question.principal.id, because }] : []
  })
  return { items, place }
}

/** One page of the API keys that may, of all there are. */
export async function keysThatCan(
  call: Asking,
  inquiry: Searched,
  page: { limit: number; cursor: string | undefined },
): Promise<{ ids: string[]; nextCursor: string | null }> {
  const { items, nextCursor } = await call.tenant.list<ApiKey>({ ...page, partitions: [apiKeys.plural], index: 'g1', trips: 1 })
  const cases = await casesOf(
    call,
    items.map(({ id }) => ({ ...inquiry, userId: id })),
  )
  const asker = askerOf(call)
  const ids = await call.policy.ask((policy) =>
    cases.flatMap((each) => {
      const { allowed, question } = answerTo(asker, each, policy)
      if (!allowed || !question) return []
      const { id } = question.principal
      const isSeen = decide({ ...asker, policy, permission: 'api_keys:read', resource: { type: 'api_key', id } }).allowed
      return isSeen ? [id] : []
    }),
  )
  return { ids, nextCursor }
}
