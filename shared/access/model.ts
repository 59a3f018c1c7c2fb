import type { Role } from './system-roles.ts'

/** What an access decision is made of. Nothing here is read from anywhere: whoever asks hands it over. */

/** Where a grant holds: everywhere, in a unit or a group with all below it, or for one resource. */
export type Scope =
  | { type: 'organization' }
  | { type: 'unit'; id: string }
  | { type: 'group'; id: string }
  | { type: 'resource'; resourceType: string; id: string }

export type Scalar = string | number | boolean

/** A weekly time: from and to as `HH:MM` on the clock of an IANA zone; days by ISO 8601, Monday 1. A `to` before `from` is on the next day. */
export interface Hours {
  timeZone: string
  days: number[]
  from: string
  to: string
}

/**
 * What must be so, too, for a grant to hold: an attribute of who asks (`subject.id`), of what it is about (`resource.status`) or of the
 * request (`environment.ip`), compared with a value or with another attribute. Of an attribute that is not there, nothing is so.
 */
export type Condition =
  | { attribute: string; operator: 'equals' | 'not_equals'; value: Scalar | { attribute: string } }
  | { attribute: string; operator: 'in' | 'not_in'; value: Scalar[] }
  | { attribute: string; operator: 'less_than' | 'at_most' | 'greater_than' | 'at_least'; value: number | string }
  | { attribute: string; operator: 'starts_with'; value: string }
  | { attribute: string; operator: 'contains'; value: Scalar }
  | { attribute: 'environment.ip'; operator: 'in_network'; value: string[] }
  | { attribute: 'environment.time'; operator: 'during'; value: Hours }

/** A role or a single permission, given to a person, a group or an API key. */
export interface Assignment {
  id: string
  roleId?: string
  permission?: string
  scope: Scope
  /** All of them must hold. */
  conditions?: Condition[]
  /** RFC 3339; compared with the clock of the decision. */
  expiresAt?: string
  grantedBy: string
  createdAt: string
}

/** Who asks, in one organization: a member, a guest or a service. */
export interface Principal {
  id: string
  kind: 'member' | 'guest' | 'service'
  assignments: Assignment[]
  /** The groups that they are in directly; they hold what those, and the groups above, hold. */
  groupIds?: readonly string[]
  unitId?: string | undefined
  /** What else conditions may ask of them: `department`. */
  attributes?: Readonly<Record<string, Attribute>>
  /** What must be so for anything they do: a guest's networks and hours. */
  limits?: Condition[]
  /** Until when they are let in at all. */
  expiresAt?: string
  /** Who made it, where a service does nothing that its maker could not do. */
  maker?: Principal
}

export type Attribute = Scalar | readonly Scalar[] | undefined

export interface Group {
  id: string
  /** The groups above it, from the topmost, and itself at the end. */
  path: readonly string[]
  assignments: readonly Assignment[]
}

/** The roles, groups and units in force. System roles are constants; an organization's own are added to them. */
export interface Policy {
  role(id: string): Role | undefined
  /** Where roles are read by need: is this one there already? */
  isKnown?(roleId: string): boolean
  group?(id: string): Group | undefined
  /** The units above a unit, from the topmost, and itself at the end. */
  unit?(id: string): readonly string[] | undefined
}

/** What a decision is about. Without one it is about the organization as a whole, for which only what holds everywhere counts. */
export interface Resource {
  type: string
  id?: string
  unitId?: string | undefined
  groupIds?: readonly string[]
  ownerId?: string
  attributes?: Readonly<Record<string, Attribute>>
}

/** The circumstances of a request, beside its time. */
export interface Environment {
  ip?: string
  /** The context whose endpoint is called: `users`. */
  service?: string
  mfa?: boolean
}
