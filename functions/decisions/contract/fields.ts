import * as z from 'zod'
import { Condition, Scope } from '../../../shared/access/schema.ts'
import { Id, orNull, PermissionName, RoleId, Timestamp } from '../../../shared/schema.ts'

/** What questions and their answers are made of. */

export const ResourceType = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,49}$/, 'Use lower-case letters, digits and underscores, such as purchase_order')

const Scalar = z.union([z.string().max(1_000), z.number(), z.boolean()])

export const AttributeValue = z.union([Scalar, z.array(Scalar).max(100)])

/** Of a thing of this product that has an id, the facts are read and what is said of it counts for nothing; of others it is believed. */
export const AskedResource = z.object({
  type: ResourceType,
  id: z.string().min(1).max(128).optional(),
  unitId: Id('unit').optional(),
  ownerId: z.string().min(1).max(128).optional(),
  attributes: z.record(z.string().min(1).max(50), AttributeValue).optional(),
})

/** Whatever is not said is as it is now; of somebody else, where they would call from is not known. */
export const AskedContext = z.object({
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** Decides for that moment, by the grants of today. */
  time: Timestamp.optional(),
  /** The part of the API that is called: `users`. */
  service: z.string().min(1).max(50).optional(),
  mfa: z.boolean().optional(),
})

export const AskedEvaluation = z.object({
  /** A member, a guest or an API key; default: oneself. */
  userId: z.union([Id('usr'), Id('key')]).optional(),
  permission: PermissionName,
  resource: AskedResource.optional(),
  context: AskedContext.optional(),
})

/** One grant that allows it, with the way by which it reaches who holds it. */
export const Because = z.object({
  /** Whose grant it is: the subject's, or that of whoever made a key. */
  holderId: z.string(),
  assignmentId: z.string(),
  /** From the group that they are in up to the one that was given it. */
  groups: z.array(z.string()),
  roleId: orNull(RoleId),
  permission: PermissionName,
  scope: Scope,
  conditions: z.array(Condition),
})

/** One thing to give to somebody: a permission or a role in a scope, or a place in a group. */
export const Remedy = z.object({
  to: z.string(),
  permission: orNull(PermissionName),
  roleId: orNull(RoleId),
  groupId: orNull(Id('grp')),
  scope: orNull(Scope),
})

/** A grant of the right thing that does not hold here. */
export const NearMiss = z.object({
  assignmentId: z.string(),
  permission: PermissionName,
  scope: Scope,
  because: z.enum(['expired', 'scope', 'condition']),
  /** Those that do not hold. */
  conditions: z.array(Condition),
})

/** What keeps somebody from anything at that moment, whatever they hold. */
export const Bar = z.object({
  reason: z.enum(['status', 'expiry', 'limit', 'maker']),
  condition: orNull(Condition),
})

export const Evaluation = z.object({
  allowed: z.boolean(),
  /** What allows it; the grant of a key is followed by that of its maker. */
  because: z.array(Because),
  /** The smallest sets of grants of which each would allow it; only what whoever asks may see is named. */
  missing: z.array(z.object({ grants: z.array(Remedy) })),
  nearMisses: z.array(NearMiss),
  barredBy: orNull(Bar),
  /** The version of roles, groups and units that it was decided by. */
  policyVersion: z.number().int(),
})
