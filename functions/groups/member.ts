import { groupMemberAdded, groupMemberRemoved } from '../../events/groups.ts'
import { problem } from '../../shared/errors.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'
import { ALREADY_MEMBER } from './problems.ts'

/** That a user is in a group. The user's record says the same, for access to be decided by; both are written together. */
export interface Member extends Versioned {
  groupId: string
  userId: string
  /** What they are there, in the organization's own words; it gives no rights. */
  roleInGroup?: string | undefined
  addedBy: string
  addedAt: string
}

/** Of one user in one group there is one, which they leave and join again. */
export const memberId = (groupId: string, userId: string) => `${groupId}.${userId}`

export const members = entity<Member>({
  name: 'GROUP_MEMBER',
  plural: 'GROUP_MEMBERS',
  lists: { GROUP: { index: 'g1', of: ({ groupId }) => groupId }, USER: { index: 'g2', of: ({ userId }) => userId } },
})

export interface Joining {
  organizationId: string
  groupId: string
  userId: string
  roleInGroup?: string | undefined
  addedBy: string
}

export const isIn = (member: Member | undefined): member is Member => member !== undefined && !member.deletedAt

/** Throws `ALREADY_MEMBER`. */
export function addMember(before: Member | undefined, { organizationId, ...joining }: Joining, at: string): Change<Member> {
  if (isIn(before)) throw problem(ALREADY_MEMBER)
  const { groupId, userId } = joining
  const happened = { event: groupMemberAdded, at, data: { groupId, userId } }
  const fields = { ...joining, addedAt: at }
  if (before) return changed<Member>(before, { roleInGroup: undefined, ...fields, deletedAt: undefined }, happened)
  return created<Member>({ id: memberId(groupId, userId), organizationId, ...fields }, happened)
}

/** Throws `NOT_FOUND` where they are not in it. */
export function removeMember(member: Member | undefined, at: string): Change<Member> {
  if (!isIn(member)) throw problem('NOT_FOUND')
  const { groupId, userId } = member
  return changed<Member>(member, { deletedAt: at }, { event: groupMemberRemoved, at, data: { groupId, userId } })
}

export const toMember = ({ groupId, userId, roleInGroup, addedBy, addedAt, version }: Member) => ({
  groupId,
  userId,
  roleInGroup: roleInGroup ?? null,
  status: 'active' as const,
  addedBy,
  addedAt,
  version,
})
