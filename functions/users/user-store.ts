import type { Page } from '../../shared/endpoint.ts'
import { find } from '../../shared/resource/find.ts'
import type { Reach } from '../../shared/serve/reach.ts'
import { entity } from '../../shared/store/entity.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { foldMail, mailHash } from '../../shared/tokens.ts'
import { LAST_ADMIN, UNIT_UNKNOWN } from './problems.ts'
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
  all: true,
  indexes: broughtIn,
  lists: {
    GROUP: ({ groupIds = [] }) => groupIds,
    UNIT: ({ unitId }) => (unitId ? [unitId] : []),
    ROLE: ({ assignments }) => assignments.flatMap(({ roleId }) => roleId ?? []),
    STATUS: { index: 'g3', of: ({ status }) => status, except: 'active' },
  },
  byPlace: 'kept',
  search: ({ email, firstName, lastName }) => [email, firstName, lastName],
  guards: {
    EMAIL: { of: (user) => (holdsMail(user) ? foldMail(user.email) : undefined), hash: mailHash, conflict: 'EMAIL_TAKEN' },
  },
  liesIn: { entity: 'UNIT', id: ({ unitId }) => unitId, counted: 'members', unknown: UNIT_UNKNOWN },
  tally: { kind: 'ADMINISTRATORS', counts: isAdministrator, conflict: LAST_ADMIN },
  access: {
    unitId: ({ unitId }) => unitId,
    groupIds: ({ groupIds = [] }) => groupIds,
    ownerId: ({ id }) => id,
    attributes: ['status', 'department'],
  },
  label: ({ firstName, lastName }) => `${firstName} ${lastName}`,
  freeForm: ['preferences', 'metadata'],
})

const { tally: _tally, ...uncounted } = users
/** The same in an organization that is closed, where no administrator has to stay. */
export const uncountedUsers: typeof users = uncounted

export interface Wanted {
  limit: number
  cursor?: string | undefined
  q?: string | undefined
  status?: User['status'] | undefined
  roleId?: string | undefined
  groupId?: string | undefined
  unitId?: string | undefined
  /** How far the caller sees; without it, everybody. */
  within?: Reach
  now: string
}

/** One page of the organization's users. A role counts as long as it was given for. */
export function findUsers(tenant: Tenant, { status, roleId, groupId, unitId, now, ...page }: Wanted): Promise<Page<User>> {
  const holds = ({ assignments }: User) => assignments.some((each) => each.roleId === roleId && !(each.expiresAt && each.expiresAt <= now))
  return find(tenant, users, {
    ...page,
    by: { STATUS: status, GROUP: groupId, UNIT: unitId, ROLE: roleId },
    ...(roleId ? { keep: holds } : {}),
  })
}

/** The next of the organization's users, or of those whom a provider brought in, behind this id. */
export const findAfter = (tenant: Tenant, limit: number, after: string | undefined, provider?: string) =>
  tenant.list<User>({
    ...(provider ? { partitions: [fromList(provider)], index: 'g2' } : { partitions: ['USERS'], index: 'g1' }),
    // Behind this id and before every other: a blank comes first.
    ...(after ? { from: `${after} ` } : {}),
    limit,
  })

/** Those invited and not joined yet, newest first: ids are sorted by time. */
export const findInvited = (tenant: Tenant, page: { limit: number; cursor?: string | undefined; within: Reach }) =>
  find(tenant, users, { ...page, by: { STATUS: 'invited' }, order: 'descending' })
