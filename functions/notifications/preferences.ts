import { deviceAppeared } from '../../events/identity.ts'
import { userJoined, userRolesChanged, userUnlocked } from '../../events/users.ts'

/** Where a message of one kind reaches a person. */
export interface Channels {
  inApp: boolean
  email: boolean
}
export type Channel = keyof Channels

/**
 * Everything that a person may refuse, by the event it tells of, with what holds until they choose. What is not named here (codes,
 * invitations, locks, changes of password or second factor, stolen tokens) keeps accounts safe, and is always sent.
 */
export const DEFAULTS = {
  'user.roles_changed': { inApp: true, email: true },
  'user.unlocked': { inApp: true, email: true },
  'user.joined': { inApp: true, email: false },
  'auth.device.appeared': { inApp: true, email: true },
} as const satisfies Record<string, Channels>

export type Refusable = keyof typeof DEFAULTS
export type Preferences = Record<Refusable, Channels>

/** The events themselves. */
export const refusable = [userRolesChanged, userUnlocked, userJoined, deviceAppeared] as const

/** What was chosen, in front of the defaults. */
export const preferencesOf = (chosen: { [T in Refusable]?: Partial<Channels> | undefined } = {}): Preferences =>
  Object.fromEntries(
    (Object.keys(DEFAULTS) as Refusable[]).map((type) => [type, { ...DEFAULTS[type], ...chosen[type] }]),
  ) as unknown as Preferences

/** What is different now: `{ 'user.joined.email': { old, new } }`. */
export function differenceOf(before: Preferences, after: Preferences): Record<string, { old: boolean; new: boolean }> {
  const pairs = (Object.keys(DEFAULTS) as Refusable[]).flatMap((type) =>
    (['inApp', 'email'] as const).map(
      (channel) => [`${type}.${channel}`, { old: before[type][channel], new: after[type][channel] }] as const,
    ),
  )
  return Object.fromEntries(pairs.filter(([, { old, new: now }]) => old !== now))
}

export const isRefusable = (type: string): type is Refusable => type in DEFAULTS
