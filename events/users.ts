import * as z from 'zod'
import { eventType } from '../shared/event.ts'

const person = { userId: z.string(), email: z.string(), firstName: z.string(), lastName: z.string(), organizationId: z.string() }

export const userCreated = eventType('user.created', {
  summary: 'A person became a user: registered the organization, founded it beside others of theirs, or was invited.',
  data: z.object({ ...person, how: z.enum(['registered', 'founded', 'invited']) }),
  aka: ['UserCreatedEvent'],
})
export const userInvited = eventType('user.invited', {
  summary: 'An invitation was sent again.',
  data: z.object(person),
})
export const userJoined = eventType('user.joined', {
  summary: 'An invited person accepted.',
  data: z.object(person),
})
/** The last event of the invited record; the person's own begins, or goes on, with `user.joined`. */
export const userInvitationAccepted = eventType('user.invitation_accepted', {
  summary: 'An invitation was accepted by somebody who had an account already, and is a user here under the id of that.',
  data: z.object({ as: z.string() }),
})
export const userUpdated = eventType('user.updated', { summary: 'Details of a user changed.', data: z.object({}) })
export const userEmailChanged = eventType('user.email_changed', {
  summary: 'A user has another mail address, which the person proved.',
  data: z.object({ ...person, oldEmail: z.string() }),
})
export const userEmailVerified = eventType('user.email_verified', {
  summary: 'A user proved to own the mail address.',
  data: z.object(person),
})
export const userRolesChanged = eventType('user.roles_changed', {
  summary: 'A user got other roles.',
  data: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
})
export const userGroupsChanged = eventType('user.groups_changed', {
  summary: 'A user is in other groups, and holds what those hold.',
  data: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
})
export const userOwnedUnitsChanged = eventType('user.owned_units_changed', {
  summary: 'A user was given units to look after, with the role of their owner there, or gave them up.',
  data: z.object({ given: z.array(z.string()), taken: z.array(z.string()) }),
})
export const userMoved = eventType('user.moved', {
  summary: 'A user is in another unit, or in none.',
  data: z.object({ unitId: z.string().nullable() }),
})
export const userLocked = eventType('user.locked', { summary: 'A user was locked out.', data: z.object({ reason: z.string() }) })
export const userUnlocked = eventType('user.unlocked', { summary: 'A lock was lifted.', data: z.object({}) })
export const userActivated = eventType('user.activated', { summary: 'A user was activated again.', data: z.object({}) })
export const userDeactivated = eventType('user.deactivated', { summary: 'A user was deactivated.', data: z.object({}) })
export const userDeleted = eventType('user.deleted', {
  summary: 'A user was removed, by an administrator, with the provider whose link ended, or with the organization; restorable for 30 days.',
  data: z.object({ reason: z.enum(['provider_ended', 'organization_closed']).optional() }),
})
export const userLeft = eventType('user.left', { summary: 'A user left the organization of their own accord.', data: z.object({}) })
export const userRestored = eventType('user.restored', { summary: 'A removed user came back.', data: z.object({}) })
export const userPasswordResetRequested = eventType('user.password_reset_requested', {
  summary: 'An administrator asked for a new password of a user.',
  data: z.object(person),
})
export const userMfaReset = eventType('user.mfa_reset', {
  summary: "An administrator removed a user's second factor.",
  data: z.object(person),
})
export const userReapproved = eventType('user.reapproved', {
  summary: 'An administrator let a member go on whose account was recovered; or there is no other who could.',
  data: z.object({ reason: z.string().optional() }),
})
export const userReapprovalRequired = eventType('user.reapproval_required', {
  summary: 'The account of a member was recovered: they stand still here until an administrator approves them again.',
  data: z.object({ since: z.string() }),
})
/** Told beside `auth.login.success`: this one belongs to the user, that one to the session. */
export const userAuthenticated = eventType('user.authenticated', {
  summary: 'A user signed in.',
  data: z.object({ userId: z.string(), loginMethod: z.string(), ipAddress: z.string(), userAgent: z.string() }),
})
