import { userInvited, userRolesChanged, userUpdated } from '../../events/users.ts'
import type { Assignment } from '../../shared/access/model.ts'
import { problem } from '../../shared/errors.ts'
import { diff } from '../../shared/store/changes.ts'
import { type Change, changed } from '../../shared/store/entity.ts'
import { foldMail } from '../../shared/tokens.ts'
import { requireRoom } from './holdings.ts'
import { assign, type Details, personOf, type User } from './user.ts'

export const detailsOf = (user: Details): Details => {
  const { email, firstName, lastName, phone, department, profileImage, employmentEquity, locale, preferences, metadata } = user
  return { email, firstName, lastName, phone, department, profileImage, employmentEquity, locale, preferences, metadata }
}

export const hasOtherMail = (before: Pick<User, 'email'>, after: Pick<User, 'email'>) => foldMail(before.email) !== foldMail(after.email)

const THEIRS =
  'This user was a member before, so the record is theirs and its address the one they proved. Invite the other address as a new user.'

/** Whoever was a member before proved their address; nobody else becomes them by a link that goes to another. */
const isSomebodys = ({ status, emailVerified }: User) => status === 'invited' && emailVerified

/**
 * Gives a user these details, all of them; `undefined` when they are what they were. An invitation follows its address: the mail goes out
 * again. A member's address is not changed here, nor that of somebody who was one: `INVALID_TRANSITION`.
 */
export function edit(user: User, details: Details, at: string): Change<User> | undefined {
  const patch: Details = { ...detailsOf(details), preferences: details.preferences ?? {}, metadata: details.metadata ?? {} }
  if (Object.keys(diff(detailsOf(user), patch)).length === 0) return undefined
  if (!hasOtherMail(user, patch)) return changed<User>(user, patch, { event: userUpdated, at })
  if (isSomebodys(user)) throw problem('INVALID_TRANSITION', { message: THEIRS, details: { status: user.status } })
  return changed<User>(user, { ...patch, invitedAt: at }, { event: userInvited, at, data: personOf({ ...user, ...patch }) })
}

/** What the person reads; `undefined` when it is what it was. */
export const setLocale = (user: User, locale: string | undefined, at: string) => edit(user, { ...detailsOf(user), locale }, at)

/** A role held everywhere, always and whatever happens; others are given and taken by their assignment. */
const isPlain = ({ roleId, scope, conditions = [], expiresAt }: Assignment) =>
  roleId !== undefined && scope.type === 'organization' && conditions.length === 0 && !expiresAt

/** Gives a user exactly these roles in the organization, the first of them the primary one; `undefined` when they are what they were. */
export function setRoles(user: User, roleIds: readonly string[], by: string, at: string): Change<User> | undefined {
  const [plain, others] = [user.assignments.filter(isPlain), user.assignments.filter((each) => !isPlain(each))]
  const held = plain.flatMap(({ roleId }) => roleId ?? [])
  const added = roleIds.filter((id) => !held.includes(id))
  const removed = held.filter((id) => !roleIds.includes(id))
  if (held.join() === roleIds.join()) return undefined
  const kept = plain.filter(({ roleId = '' }) => roleIds.includes(roleId))
  const place = ({ roleId = '' }: Assignment) => roleIds.indexOf(roleId)
  const given = added.map((id) => assign(id, by, at))
  const assignments = [...[...kept, ...given].sort((a, b) => place(a) - place(b)), ...others]
  requireRoom(assignments)
  return changed(user, { assignments }, { event: userRolesChanged, at, data: { added, removed } })
}
