import type { Page } from '../../shared/endpoint.ts'
import { type DomainEvent, fromRecord } from '../../shared/event.ts'
import { entity } from '../../shared/store/entity.ts'
import { type Key, tenantPartition } from '../../shared/store/keys.ts'
import type { ListOptions } from '../../shared/store/page.ts'
import type { Item } from '../../shared/store/table.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { foldMail, mailHash } from '../../shared/tokens.ts'
import { searchFor, searchTerms } from './search-terms.ts'
import { isAdministrator, type User } from './user.ts'

const fromList = (provider: string) => `USERS#FROM#${provider}`

/** Whom the provider brought in: its own people, and those it invited. */
function broughtIn({ id, fromProvider, invitedFrom }: User): { g2?: [string, string] } {
  const provider = fromProvider ?? invitedFrom
  return provider ? { g2: [fromList(provider), id] } : {}
}

/** Who was a member keeps the address after the removal, to be brought back; an invitation that is over frees it. */
const holdsMail = ({ deletedAt, emailVerified }: User) => !deletedAt || emailVerified

export const users = entity<User>({
  name: 'USER',
  indexes: (user) => (user.deletedAt ? {} : { g1: ['USERS', user.id], ...broughtIn(user) }),
  guards: (user) => (holdsMail(user) ? [{ kind: 'EMAIL', value: foldMail(user.email), hash: mailHash, conflict: 'EMAIL_TAKEN' }] : []),
  tally: { kind: 'ADMINISTRATORS', counts: isAdministrator, conflict: 'LAST_ADMIN' },
  label: ({ firstName, lastName }) => `${firstName} ${lastName}`,
  freeForm: ['preferences', 'metadata'],
})

const { tally: _tally, ...uncounted } = users
/** The same in an organization that is closed, where no administrator has to stay. */
export const uncountedUsers: typeof users = uncounted

/** A user's place in a list that a reaction keeps, with a copy, so that a page is one query. */
export interface Listing {
  user: User
  /** The search term it stands under. */
  term?: string
}

/** Where a listing lies, relative to the tenant. */
export type Place = [list: string, sort: string]

/** `T#USER#id` / LISTED: the version that the lists show, and where. */
export interface Listed {
  version: number
  places: Place[]
}

const searchList = 'USERS#SEARCH'
const roleList = (roleId: string) => `USERS#ROLE#${roleId}`

export const listedKey = (tenant: string, id: string): Key => ({ pk: tenantPartition(tenant, 'USER', id), sk: 'LISTED' })
export const placeKey = (tenant: string, [list, sort]: Place): Key => ({ pk: tenantPartition(tenant, list), sk: sort })

/** Everywhere a user is to be found; a removed one nowhere. */
export function placesOf(user: User): { place: Place; listing: Listing }[] {
  if (user.deletedAt) return []
  const roles = [...new Set(user.assignments.flatMap(({ roleId }) => roleId ?? []))]
  return [
    ...searchTerms(user).map((term) => ({ place: [searchList, `${term}#${user.id}`] as Place, listing: { user, term } })),
    ...roles.map((roleId) => ({ place: [roleList(roleId), user.id] as Place, listing: { user } })),
  ]
}

export interface Wanted {
  limit: number
  cursor?: string | undefined
  q?: string | undefined
  status?: User['status'] | undefined
  roleId?: string | undefined
  now: string
}

/** One page of the organization's users; what no list answers alone is filtered while reading. */
export async function findUsers(tenant: Tenant, { limit, cursor, q, status, roleId, now }: Wanted): Promise<Page<User>> {
  const holds = ({ assignments }: User) => assignments.some((each) => each.roleId === roleId && !(each.expiresAt && each.expiresAt <= now))
  const fits = (user: User) => (!status || user.status === status) && (!roleId || holds(user))
  const listings = async (options: Omit<ListOptions<Listing>, 'limit' | 'cursor'>) => {
    const { items, nextCursor } = await tenant.list<Listing>({ ...options, limit, cursor })
    return { items: items.map(({ user }) => user), nextCursor }
  }
  if (q !== undefined) {
    const search = searchFor(q)
    if (!search) return { items: [], nextCursor: null }
    const keep = ({ user, term }: Listing) => search.keeps(term ?? '', user) && fits(user)
    return listings({ partitions: [searchList], beginsWith: search.prefix, keep })
  }
  if (roleId) return listings({ partitions: [roleList(roleId)], keep: ({ user }) => fits(user) })
  return tenant.list<User>({ partitions: ['USERS'], index: 'g1', limit, cursor, ...(status ? { keep: fits } : {}) })
}

/** The next of the organization's users, or of those whom a provider brought in, behind this id. */
export const findAfter = (tenant: Tenant, limit: number, after: string | undefined, provider?: string) =>
  tenant.list<User>({
    ...(provider ? { partitions: [fromList(provider)], index: 'g2' } : { partitions: ['USERS'], index: 'g1' }),
    // Behind this id and before every other: a blank comes first.
    ...(after ? { from: `${after} ` } : {}),
    limit,
  })

/** Those invited and not joined yet. Ids are sorted by time, so reading backwards meets them early. */
export const findInvited = (tenant: Tenant, page: { limit: number; cursor?: string | undefined }) =>
  tenant.list<User>({ ...page, partitions: ['USERS'], index: 'g1', order: 'descending', keep: ({ status }) => status === 'invited' })

/** A user's stored events, newest first. */
export async function findEvents(
  tenant: Tenant,
  id: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<DomainEvent>> {
  const { items, nextCursor } = await tenant.list<Item>({ ...page, partitions: [`USER#${id}`], beginsWith: 'EVENT#', order: 'descending' })
  return { items: items.map(fromRecord), nextCursor }
}
