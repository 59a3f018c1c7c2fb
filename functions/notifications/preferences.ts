import { accessRequestApproved, accessRequestExpired, accessRequestRefused } from '../../events/access-requests.ts'
import { groupMemberAdded } from '../../events/groups.ts'
import { deviceAppeared } from '../../events/identity.ts'
import { unitCreated, unitOwnerChanged } from '../../events/units.ts'
import { userJoined, userRolesChanged, userUnlocked } from '../../events/users.ts'
import type { EventType } from '../../shared/event.ts'

/** Where a message of one kind reaches a person. */
export interface Channels {
  inApp: boolean
  email: boolean
}
export type Channel = keyof Channels

/**
 * Everything that a person may refuse, by the event it tells of, with what holds until they choose. What is not named here (codes,
 * invitations, locks, changes of password or second factor, stolen tokens) keeps accounts safe, and is always sent. Contract, messages and
 * the rules of the reactions follow.
 */
const REFUSABLE = {
  'user.roles_changed': { event: userRolesChanged, inApp: true, email: true },
  'user.unlocked': { event: userUnlocked, inApp: true, email: true },
  'user.joined': { event: userJoined, inApp: true, email: false },
  'auth.device.appeared': { event: deviceAppeared, inApp: true, email: true },
  'group.member_added': { event: groupMemberAdded, inApp: true, email: false },
  'unit.created': { event: unitCreated, inApp: true, email: true },
  'unit.owner_changed': { event: unitOwnerChanged, inApp: true, email: true },
  'access_request.approved': { event: accessRequestApproved, inApp: true, email: true },
  'access_request.refused': { event: accessRequestRefused, inApp: true, email: true },
  'access_request.expired': { event: accessRequestExpired, inApp: true, email: false },
} as const satisfies Record<string, Channels & { event: EventType }>

export type Refusable = keyof typeof REFUSABLE
export type Preferences = Record<Refusable, Channels>

const types = Object.keys(REFUSABLE) as Refusable[]

/** Something for each kind that may be refused. */
export const byType = <V>(of: (type: Refusable) => V) => Object.fromEntries(types.map((type) => [type, of(type)])) as Record<Refusable, V>

export const DEFAULTS: Preferences = byType((type) => ({ inApp: REFUSABLE[type].inApp, email: REFUSABLE[type].email }))

/** The events themselves. */
export const refusable: readonly EventType[] = types.map((type) => REFUSABLE[type].event)

/** What was chosen, in front of the defaults. */
export const preferencesOf = (chosen: { [T in Refusable]?: Partial<Channels> | undefined } = {}): Preferences =>
  byType((type) => ({ ...DEFAULTS[type], ...chosen[type] }))

/** What is different now: `{ 'user.joined.email': { old, new } }`. */
export function differenceOf(before: Preferences, after: Preferences): Record<string, { old: boolean; new: boolean }> {
  const pairs = types.flatMap((type) =>
    (['inApp', 'email'] as const).map(
      (channel) => [`${type}.${channel}`, { old: before[type][channel], new: after[type][channel] }] as const,
    ),
  )
  return Object.fromEntries(pairs.filter(([, { old, new: now }]) => old !== now))
}

export const isRefusable = (type: string): type is Refusable => Object.hasOwn(REFUSABLE, type)
