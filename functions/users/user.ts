import * as events from '../../events/users.ts'
import type { Assignment } from '../../shared/access/model.ts'
import { administratorRoles } from '../../shared/access/system-roles.ts'
import { problem } from '../../shared/errors.ts'
import type { EventType } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import type { PrincipalGate } from '../../shared/serve/call.ts'
import { type Change, changed, created } from '../../shared/store/entity.ts'

/** A person's membership in one organization, and the principal that access is decided for. */
export interface User extends PrincipalGate {
  kind: 'member'
  phone?: string
  profileImage?: string
  employmentEquity?: string
  mfaEnabled: boolean
  preferences: Record<string, unknown>
  metadata: Record<string, unknown>
  lastLoginAt?: string
  lastLoginIp?: string
  loginCount: number
  createdBy: string
  invitedAt?: string
  /** The provider from which they were invited, or one of whose people here invited them. */
  invitedFrom?: string | undefined
  /** Since when they stand still here, because their account was recovered; until `reapprovedAt` is later. */
  reapprovalSince?: string
}

/** The user record of a caller: a member's principal is just that, read whole. `FORBIDDEN` for whoever is no member. */
export function userOf(principal: PrincipalGate): User {
  if (principal.kind !== 'member') throw problem('FORBIDDEN', { message: 'Only a member of the organization can do this.' })
  return principal as User
}

/** What an administrator may write of a user. */
export type Details = Pick<
  User,
  'email' | 'firstName' | 'lastName' | 'phone' | 'department' | 'profileImage' | 'employmentEquity' | 'locale' | 'preferences' | 'metadata'
>

export interface NewUser extends Omit<Details, 'preferences' | 'metadata'>, Partial<Pick<Details, 'preferences' | 'metadata'>> {
  id: string
  organizationId: string
  roleIds: readonly string[]
  by: string
  at: string
  invitedFrom?: string | undefined
  /** Where in the organization they are. */
  unitId?: string | undefined
}

const RESTORABLE_DAYS = 30

export const assign = (roleId: string, by: string, at: string): Assignment => ({
  id: newId('asg', Date.parse(at)),
  roleId,
  scope: { type: 'organization' },
  grantedBy: by,
  createdAt: at,
})

export const personOf = (user: Pick<User, 'id' | 'email' | 'firstName' | 'lastName' | 'organizationId'>) => ({
  userId: user.id,
  email: user.email,
  firstName: user.firstName,
  lastName: user.lastName,
  organizationId: user.organizationId,
})

/** Somebody on whom the organization can count to administrate it: its own, present, let in, and not only for a time. */
export const isAdministrator = ({ status, deletedAt, fromProvider, assignments }: User) =>
  status === 'active' &&
  !deletedAt &&
  !fromProvider &&
  assignments.some(
    ({ roleId, scope, conditions = [], expiresAt }) =>
      scope.type === 'organization' && conditions.length === 0 && !expiresAt && administratorRoles.includes(roleId ?? ''),
  )

function begin(user: NewUser, how: 'registered' | 'founded' | 'invited'): Change<User> {
  const { roleIds, by, at, ...fields } = user
  return created<User>(
    {
      preferences: {},
      metadata: {},
      ...fields,
      kind: 'member',
      status: how === 'invited' ? 'invited' : 'active',
      emailVerified: how !== 'invited',
      assignments: roleIds.map((roleId) => assign(roleId, by, at)),
      mfaEnabled: false,
      loginCount: 0,
      createdBy: by,
      ...(how === 'invited' ? { invitedAt: at } : {}),
    },
    { event: events.userCreated, at, data: { ...personOf(fields), how } },
  )
}

/** The person who registered an organization and proved the address. */
export const register = (user: NewUser) => begin(user, 'registered')

/** A person who is known already, and founds one more organization: nobody else there could let them in. */
export function registerAgain(user: NewUser, mfaEnabled: boolean): Change<User> {
  const change = begin(user, 'founded')
  return { ...change, after: { ...change.after, mfaEnabled, reapprovedAt: user.at } }
}

/** A person invited by another: becomes active by accepting. Until then the record has an id of its own. */
export const invite = (user: NewUser) => begin(user, 'invited')

export interface SignIn {
  at: string
  ipAddress: string
  userAgent: string
  loginMethod: string
  mfaEnabled: boolean
}

/** What the person has by now, such as a second factor, is shown from here on. */
export function signedIn(user: User, { at, ipAddress, userAgent, loginMethod, mfaEnabled }: SignIn): Change<User> {
  return changed(
    user,
    { lastLoginAt: at, lastLoginIp: ipAddress, loginCount: user.loginCount + 1, mfaEnabled },
    { event: events.userAuthenticated, at, data: { userId: user.id, loginMethod, ipAddress, userAgent } },
  )
}

type Move = 'join' | 'lock' | 'unlock' | 'activate' | 'deactivate' | 'reinvite' | 'resetPassword' | 'resetMfa'

/** From which states each move leads on. */
const FROM: Record<Move, User['status'][]> = {
  join: ['invited'],
  lock: ['active'],
  unlock: ['locked'],
  activate: ['disabled'],
  deactivate: ['active', 'locked'],
  reinvite: ['invited'],
  resetPassword: ['active', 'locked'],
  resetMfa: ['active', 'locked'],
}

const STANDING: Record<User['status'], string> = {
  invited: 'has not accepted the invitation yet: send it again or withdraw it',
  active: 'is active',
  locked: 'is locked: unlock them first',
  disabled: 'is deactivated: activate them first',
}

function move(user: User, by: Move, patch: Partial<User>, event: EventType, at: string, data: Record<string, unknown> = {}): Change<User> {
  if (!FROM[by].includes(user.status)) {
    throw problem('INVALID_TRANSITION', {
      message: `This cannot be done: the user ${STANDING[user.status]}.`,
      details: { status: user.status },
    })
  }
  return changed(user, patch, { event, at, data })
}

/** The invited person accepted, whose own record this is: somebody new, or who was a member here before. */
export const join = (user: User, at: string, patch: Partial<Omit<User, 'status'>> = {}) =>
  move(user, 'join', { ...patch, status: 'active', emailVerified: true }, events.userJoined, at, personOf({ ...user, ...patch }))

export const lock = (user: User, reason: string, at: string) =>
  move(user, 'lock', { status: 'locked', lockReason: reason }, events.userLocked, at, { reason })

export const unlock = (user: User, at: string) => move(user, 'unlock', { status: 'active', lockReason: undefined }, events.userUnlocked, at)

export const activate = (user: User, at: string) => move(user, 'activate', { status: 'active' }, events.userActivated, at)

export const deactivate = (user: User, at: string) =>
  move(user, 'deactivate', { status: 'disabled', lockReason: undefined }, events.userDeactivated, at)

/** Sends an invitation again, which is that of whoever sends it from then on. */
export const reinvite = (user: User, at: string, invitedFrom?: string) =>
  move(user, 'reinvite', { invitedAt: at, invitedFrom }, events.userInvited, at, personOf(user))

/** Asks for a new password: the person gets a mail at the address they proved, and nothing else changes. */
export const requestPasswordReset = (user: User, at: string) =>
  move(user, 'resetPassword', {}, events.userPasswordResetRequested, at, personOf(user))

/** Removes the second factor, for instance of a lost phone. Whether the organization manages the person, their own record decides. */
export const resetMfa = (user: User, at: string) => move(user, 'resetMfa', { mfaEnabled: false }, events.userMfaReset, at, personOf(user))

/** The person set up a second factor, or gave it up. */
export const withMfa = (user: User, mfaEnabled: boolean, event: EventType, at: string, data: Record<string, unknown>) =>
  changed(user, { mfaEnabled }, { event, at, data })

/** What changed of the person elsewhere, shown here. */
export const showMfa = (user: User, mfaEnabled: boolean, at: string) => changed(user, { mfaEnabled }, { event: events.userUpdated, at })

/** Puts the user into another unit, or into none; `undefined` where they are there already. */
export function moveTo(user: User, unitId: string | undefined, at: string): Change<User> | undefined {
  if (unitId === user.unitId) return undefined
  return changed<User>(user, { unitId }, { event: events.userMoved, at, data: { unitId: unitId ?? null } })
}

/** Takes the user out of every list; the mail address stays taken. */
export const remove = (user: User, at: string) => changed(user, { deletedAt: at }, { event: events.userDeleted, at })

/** Their organization ended, or the provider whose people they were is shut out: whoever is brought back has to accept an invitation again. */
export const endMembership = (user: User, reason: 'provider_ended' | 'organization_closed', at: string) =>
  changed<User>(user, { deletedAt: at, status: 'invited' }, { event: events.userDeleted, at, data: { reason } })

/** Goes of their own accord; whoever is brought back has to accept an invitation again. */
export const leave = (user: User, at: string) => changed<User>(user, { deletedAt: at, status: 'invited' }, { event: events.userLeft, at })

/** The address that the person proved, shown here. */
export const withMail = (user: User, email: string, at: string) =>
  changed<User>(
    user,
    { email, emailVerified: true },
    { event: events.userEmailChanged, at, data: { ...personOf({ ...user, email }), oldEmail: user.email } },
  )

/** Their account was recovered: they stand still here until somebody approves them again. */
export const requireReapproval = (user: User, since: string, at: string) =>
  changed(user, { reapprovalSince: since }, { event: events.userReapprovalRequired, at, data: { since } })

export const awaitsReapproval = ({ reapprovalSince, reapprovedAt = '' }: Pick<User, 'reapprovalSince' | 'reapprovedAt'>) =>
  reapprovalSince !== undefined && reapprovedAt <= reapprovalSince

/** Lets somebody go on whose account was recovered; `since` is when, should the record not show it yet. */
export function reapprove(user: User, at: string, { since, reason }: { since?: string | undefined; reason?: string } = {}): Change<User> {
  if (!awaitsReapproval({ ...user, ...(since ? { reapprovalSince: since } : {}) }))
    throw problem('INVALID_TRANSITION', { message: 'This user does not wait for an approval.', details: { status: user.status } })
  return changed<User>(user, { reapprovedAt: at }, { event: events.userReapproved, at, data: reason ? { reason } : {} })
}

/** An invited user is removed with the invitation, so that its link leads nowhere. */
export function withdraw(user: User, at: string): Change<User> {
  if (user.status === 'invited') return remove(user, at)
  throw problem('INVALID_TRANSITION', {
    message: 'This invitation was accepted. Remove the user instead.',
    details: { status: user.status },
  })
}

/** Undoes a removal within 30 days; who had not accepted, has left, or belongs elsewhere (`mustAccept`), is invited again. */
export function restore(user: User, at: string, invitedFrom?: string, mustAccept = false): Change<User> {
  if (!user.deletedAt) throw problem('INVALID_TRANSITION', { message: 'This user has not been removed.' })
  const until = new Date(Date.parse(user.deletedAt) + RESTORABLE_DAYS * 86_400_000).toISOString()
  if (until < at)
    throw problem('DELETED', {
      message: `This user was removed more than ${RESTORABLE_DAYS} days ago.`,
      details: { restorableUntil: until },
    })
  const again = mustAccept || user.status === 'invited' ? { status: 'invited' as const, invitedAt: at, invitedFrom } : {}
  return changed<User>(user, { deletedAt: undefined, ...again }, { event: events.userRestored, at })
}
