import * as events from '../../events/users.ts'
import type { Assignment } from '../../shared/access/evaluate.ts'
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
  department?: string
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
}

/** What an administrator may write of a user. */
export type Details = Pick<
  User,
  'email' | 'firstName' | 'lastName' | 'phone' | 'department' | 'profileImage' | 'employmentEquity' | 'preferences' | 'metadata'
>

export interface NewUser extends Omit<Details, 'preferences' | 'metadata'>, Partial<Pick<Details, 'preferences' | 'metadata'>> {
  id: string
  organizationId: string
  roleIds: readonly string[]
  by: string
  at: string
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
  assignments.some(({ roleId, expiresAt }) => !expiresAt && administratorRoles.includes(roleId ?? ''))

function begin(user: NewUser, how: 'registered' | 'invited'): Change<User> {
  const { roleIds, by, at, ...fields } = user
  return created<User>(
    {
      preferences: {},
      metadata: {},
      ...fields,
      kind: 'member',
      status: how === 'registered' ? 'active' : 'invited',
      emailVerified: false,
      assignments: roleIds.map((roleId) => assign(roleId, by, at)),
      mfaEnabled: false,
      loginCount: 0,
      createdBy: by,
      ...(how === 'invited' ? { invitedAt: at } : {}),
    },
    { event: events.userCreated, at, data: { ...personOf(fields), how } },
  )
}

/** The person who registers an organization: active at once, the mail still to be verified. */
export const register = (user: NewUser) => begin(user, 'registered')

/** A person who is known and proven already, and founds one more organization. */
export function registerAgain(user: NewUser, mfaEnabled: boolean): Change<User> {
  const change = register(user)
  return { ...change, after: { ...change.after, emailVerified: true, mfaEnabled } }
}

/** A person invited by another: becomes active by accepting. */
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

/** The invited person accepted; the link came by mail, so the address is proven. */
export const join = (user: User, at: string, names: Partial<Pick<User, 'firstName' | 'lastName'>> = {}) =>
  move(user, 'join', { ...names, status: 'active', emailVerified: true }, events.userJoined, at, personOf({ ...user, ...names }))

export const lock = (user: User, reason: string, at: string) =>
  move(user, 'lock', { status: 'locked', lockReason: reason }, events.userLocked, at, { reason })

export const unlock = (user: User, at: string) => move(user, 'unlock', { status: 'active', lockReason: undefined }, events.userUnlocked, at)

export const activate = (user: User, at: string) => move(user, 'activate', { status: 'active' }, events.userActivated, at)

export const deactivate = (user: User, at: string) =>
  move(user, 'deactivate', { status: 'disabled', lockReason: undefined }, events.userDeactivated, at)

export const reinvite = (user: User, at: string) => move(user, 'reinvite', { invitedAt: at }, events.userInvited, at, personOf(user))

/** Asks for a new password. Whether this is the person's home organization, which alone may, the person's own record decides. */
export const requestPasswordReset = (user: User, at: string) =>
  move(user, 'resetPassword', {}, events.userPasswordResetRequested, at, personOf(user))

/** Removes the second factor, for instance of a lost phone; for the home organization as above. */
export const resetMfa = (user: User, at: string) => move(user, 'resetMfa', { mfaEnabled: false }, events.userMfaReset, at, personOf(user))

/** The person set up a second factor, or gave it up. */
export const withMfa = (user: User, mfaEnabled: boolean, event: EventType, at: string, data: Record<string, unknown>) =>
  changed(user, { mfaEnabled }, { event, at, data })

/** What changed of the person elsewhere, shown here. */
export const showMfa = (user: User, mfaEnabled: boolean, at: string) => changed(user, { mfaEnabled }, { event: events.userUpdated, at })

export const verifyEmail = (user: User, at: string) =>
  changed(user, { emailVerified: true }, { event: events.userEmailVerified, at, data: personOf(user) })

/** Takes the user out of every list; the mail address stays taken. */
export const remove = (user: User, at: string) => changed(user, { deletedAt: at }, { event: events.userDeleted, at })

/** Goes of their own accord; whoever is brought back has to accept an invitation again. */
export const leave = (user: User, at: string) => changed<User>(user, { deletedAt: at, status: 'invited' }, { event: events.userLeft, at })

/** The address of the person, as their home organization has it by now. */
export const withMail = (user: User, { email, emailVerified }: Pick<User, 'email' | 'emailVerified'>, at: string) =>
  changed<User>(user, { email, emailVerified }, { event: events.userUpdated, at })

/** An invited user is removed with the invitation, so that its link leads nowhere. */
export function withdraw(user: User, at: string): Change<User> {
  if (user.status === 'invited') return remove(user, at)
  throw problem('INVALID_TRANSITION', {
    message: 'This invitation was accepted. Remove the user instead.',
    details: { status: user.status },
  })
}

/** Undoes a removal within 30 days; who had not accepted, or has left, is invited again. */
export function restore(user: User, at: string): Change<User> {
  if (!user.deletedAt) throw problem('INVALID_TRANSITION', { message: 'This user has not been removed.' })
  const until = new Date(Date.parse(user.deletedAt) + RESTORABLE_DAYS * 86_400_000).toISOString()
  if (until < at)
    throw problem('DELETED', {
      message: `This user was removed more than ${RESTORABLE_DAYS} days ago.`,
      details: { restorableUntil: until },
    })
  const again = user.status === 'invited' ? { invitedAt: at } : {}
  return changed<User>(user, { deletedAt: undefined, ...again }, { event: events.userRestored, at })
}
