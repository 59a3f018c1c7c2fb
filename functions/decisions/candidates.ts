import { type Entity, listPartition, placePartition, type Versioned } from '../../shared/store/entity.ts'
import type { ListOptions } from '../../shared/store/page.ts'
import { asKey, storedUnder, withoutNested } from '../../shared/tree/path.ts'
import { assignments, type RoleAssignment } from '../access/door.ts'
import { type Group, groups } from '../groups/door.ts'
import { users } from '../users/door.ts'
import type { Asking } from './facts.ts'
import { giverOf, type Sought, type Way, wayByOwn } from './sought.ts'

/**
 * People who are looked for, by the lists that lead to them: one list after the other, a few trips at a time. Whoever is found says by which
 * ways; they are shown where that is the one that counts (`wayTo`), so nothing of the pages before must be remembered.
 */

export interface Candidate {
  id: string
  ways: readonly Way[]
}

/** The lists, in the order in which they are walked along. */
type Along = 'themselves' | 'roles' | 'records' | 'roots' | 'groupsByRole' | 'groupsByRecord' | 'nothing'

/** Where the walk goes on. */
export interface Place {
  along: Along
  /** The last of the ids that are walked through already. */
  after?: string
  /** Where its list goes on. */
  next?: string
  /** First the people of these groups and of those below them. */
  below?: { givers: readonly string[]; next?: string | null; groups?: readonly string[]; people?: string }
}

export const START: Place = { along: 'themselves' }

type Call = Pick<Asking, 'tenant' | 'organization' | 'policy'>

interface Walk {
  call: Call
  sought: Sought
  place: Place
  limit: number
}

interface Step {
  found: Candidate[]
  place: Place | undefined
}

const TRIPS = 8
const ROLES_AT_ONCE = 20
const GIVERS_AT_ONCE = 10
const GROUPS_AT_ONCE = 20

const next = (along: Along): Place => ({ along })
const idsOf = (rows: readonly { id: string }[]) => [...new Set(rows.map(({ id }) => id))]

/** A page of a list, and where the walk goes on: in it, or where it is over. */
async function pageAt<T>({ call, place, limit }: Walk, list: Pick<ListOptions<T>, 'partitions' | 'index'>, over: Place | undefined) {
  const { items, nextCursor } = await call.tenant.list<T>({ ...list, limit, cursor: place.next, trips: 1 })
  return { items, onward: nextCursor ? { ...place, next: nextCursor } : over }
}

const behind = (ids: readonly string[], { after = '' }: Place, limit: number) => ids.filter((id) => id > after).slice(0, limit)

/** Whoever was given some of the roles themselves, by id. */
async function holders<T extends Versioned>(walk: Walk, entity: Entity<T>, over: Place | undefined) {
  const { sought, place } = walk
  const roleIds = behind(sought.roleIds, place, ROLES_AT_ONCE)
  if (roleIds.length === 0) return { ids: [], roleIds, onward: over }
  const partitions = roleIds.map((id) => listPartition(entity, 'ROLE', id))
  const { items, onward } = await pageAt<{ id: string }>(walk, { partitions }, { along: place.along, after: roleIds.at(-1) ?? '' })
  return { ids: idsOf(items), roleIds, onward }
}

/** Records of what was given otherwise, of subjects of this type. */
async function records(walk: Walk, type: RoleAssignment['subject']['type'], over: Place | undefined) {
  const { call, sought } = walk
  if (!sought.records) return { given: [], onward: over }
  const { items, onward } = await pageAt<RoleAssignment | { id: string }>(walk, sought.records, over)
  // An entry of a list only names its record.
  const named = items.filter((item) => !('subject' in item)).map(({ id }) => assignments.keyOf({ id, organizationId: call.tenant.id }))
  const read = named.length > 0 ? await call.tenant.read<RoleAssignment>(...named) : []
  const all = [...items, ...read].filter((item): item is RoleAssignment => item !== undefined && 'subject' in item)
  return { given: all.filter(({ subject, deletedAt }) => subject.type === type && !deletedAt), onward }
}

/** First everybody in the groups to which these ways lead, then where the walk goes on. */
async function intoGroups(
  { call, sought }: Walk,
  ids: readonly string[],
  isHere: (way: Way) => boolean,
  onward: Place | undefined,
): Promise<Step> {
  const givers = await call.policy.ask((policy) =>
    [...new Set(ids)].filter((id) => {
      const way = wayByOwn(sought, policy.group?.(id)?.assignments ?? [])
      return way !== undefined && isHere(way)
    }),
  )
  return { found: [], place: givers.length > 0 ? { ...(onward ?? { along: 'nothing' }), below: { givers } } : onward }
}

/** Groups below these, as far as it is by these that their people are found. */
async function groupsBelow({ call, sought, place }: Walk, below: NonNullable<Place['below']>): Promise<Step> {
  const { givers, next: cursor } = below
  const { pendingMoves = [] } = call.organization
  const paths = await call.policy.ask((policy) => givers.flatMap((id) => [policy.group?.(id)?.path ?? []]))
  const stored = withoutNested(paths.flatMap((path) => (path.length > 0 ? storedUnder(path, pendingMoves) : [])))
  const partitions = stored.map((path) => ({ partition: placePartition(groups), beginsWith: asKey(path) }))
  const list = { partitions, index: 'g2' as const, limit: GROUPS_AT_ONCE, cursor: cursor ?? undefined, trips: 1 }
  const { items, nextCursor } = partitions.length > 0 ? await call.tenant.list<Group>(list) : { items: [], nextCursor: null }
  const within = await call.policy.ask((policy) =>
    idsOf(items).filter((id) => {
      const giver = giverOf(sought, id, policy)
      return giver !== undefined && givers.includes(giver)
    }),
  )
  if (within.length > 0) return { found: [], place: { ...place, below: { givers, next: nextCursor, groups: within } } }
  return { found: [], place: nextCursor ? { ...place, below: { givers, next: nextCursor } } : without(place) }
}

const without = ({ below: _, ...place }: Place): Place => place

async function peopleIn({ call, place, limit }: Walk, { people, ...below }: NonNullable<Place['below']>): Promise<Step> {
  const { groups: within = [], givers, next: more } = below
  const partitions = within.map((id) => listPartition(users, 'GROUP', id))
  const { items, nextCursor } = await call.tenant.list<{ id: string }>({ partitions, limit, cursor: people, trips: 1 })
  const found = idsOf(items).map((id) => ({ id, ways: within.map((group): Way => `group ${group}`) }))
  if (nextCursor) return { found, place: { ...place, below: { ...below, people: nextCursor } } }
  return { found, place: more ? { ...place, below: { givers, next: more } } : without(place) }
}

const ALONG: Record<Along, (walk: Walk) => Promise<Step>> = {
  async themselves({ sought, place, limit }) {
    const ids = behind(sought.userIds ?? [], place, limit)
    const found = ids.map((id) => ({ id, ways: [`user ${id}` as const] }))
    return { found, place: ids.length > 0 ? { ...place, after: ids.at(-1) ?? '' } : next('roles') }
  },
  async roles(walk) {
    const { ids, roleIds, onward } = await holders(walk, users, next('records'))
    return { found: ids.map((id) => ({ id, ways: roleIds.map((role): Way => `role ${role}`) })), place: onward }
  },
  async records(walk) {
    const { given, onward } = await records(walk, 'user', next('roots'))
    return { found: given.map(({ id, subject }) => ({ id: subject.id, ways: [`record ${id}` as const] })), place: onward }
  },
  async roots({ sought, place }) {
    const givers = behind(sought.rootIds ?? [], place, GIVERS_AT_ONCE)
    return { found: [], place: givers.length > 0 ? { ...place, after: givers.at(-1) ?? '', below: { givers } } : next('groupsByRole') }
  },
  async groupsByRole(walk) {
    const paged = { ...walk, limit: GIVERS_AT_ONCE }
    const { ids, roleIds, onward } = await holders(paged, groups, next('groupsByRecord'))
    return intoGroups(walk, ids, (way) => roleIds.some((id) => way === `role ${id}`), onward)
  },
  async groupsByRecord(walk) {
    const { given, onward } = await records({ ...walk, limit: GIVERS_AT_ONCE }, 'group', undefined)
    const isHere = (way: Way) => given.some(({ id }) => way === `record ${id}`)
    return intoGroups(
      walk,
      given.map(({ subject }) => subject.id),
      isHere,
      onward,
    )
  },
  nothing: async () => ({ found: [], place: undefined }),
}

function step(walk: Walk): Promise<Step> {
  const { below, along } = walk.place
  if (!below) return ALONG[along](walk)
  return below.groups ? peopleIn(walk, below) : groupsBelow(walk, below)
}

/** Up to so many, and where to go on; few, or none, where there is little to find. */
export async function candidatesOf(
  call: Call,
  sought: Sought,
  { limit, place: start }: { limit: number; place: Place },
): Promise<{ candidates: Candidate[]; place: Place | undefined }> {
  const candidates: Candidate[] = []
  let place: Place | undefined = start
  for (let trip = 0; place && trip < TRIPS && candidates.length < limit; trip++) {
    const { found, place: onward }: Step = await step({ call, sought, place, limit: limit - candidates.length })
    candidates.push(...found)
    place = onward
  }
  return { candidates, place: place?.along === 'nothing' && !place.below ? undefined : place }
}
