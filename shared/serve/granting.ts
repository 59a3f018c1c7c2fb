import { isDeepStrictEqual } from 'node:util'
import { escalationAttempted } from '../access/denied.ts'
import { permissionsOf, reachingAssignments } from '../access/evaluate.ts'
import { type Gift, gainedOver, notHeld, openedTo, type Receiver } from '../access/gift.ts'
import type { Principal, Resource, Scope } from '../access/model.ts'
import { resourceIn } from '../access/permission-names.ts'
import { isWithin } from '../access/scope.ts'
import { BASIC_ROLE } from '../access/system-roles.ts'
import type { Endpoint } from '../endpoint.ts'
import { problem } from '../errors.ts'
import type { Entity, Versioned } from '../store/entity.ts'
import { signal } from '../store/writes.ts'
import type { Call } from './call.ts'
import { resourceOf } from './concerns.ts'
import { nameOf } from './principals.ts'

/** Nobody hands out, by whatever route, what they do not hold themselves as wide, as long and under as few conditions. */

/** Who wants to hand something out, and on what ground. */
export type Granter = Pick<Call<Endpoint>, 'tenant' | 'organization' | 'principal' | 'access' | 'policy' | 'metadata' | 'now'>

/** What of these gifts whoever is to have it does not hold by now. */
async function newTo(to: Principal | undefined, { policy, now }: Granter, gifts: readonly Gift[]): Promise<string[]> {
  if (!to) return []
  return policy.ask((known) => gifts.flatMap((gift) => notHeld({ principal: to, environment: {}, policy: known, now }, gift, 'oneself')))
}

export interface Giving {
  receiver?: Receiver
  /** Whom it is for, where that may hold it already: what is held is no gift. */
  to?: () => Promise<Principal | undefined>
  /** May the giver know what whoever it is about holds? Else they are not told what they lack of it, or they would learn by it what others hold. */
  knows?: () => Promise<boolean>
}

/** May they know what somebody holds: by seeing them, where that shows it, or by asking? */
export const knows = async ({ access }: Pick<Granter, 'access'>, holder: Resource, seeing?: string): Promise<boolean> =>
  (seeing !== undefined && (await access.allowed(seeing, holder))) || access.allowed('role_assignments:read', holder)

/** What is refused leaves a trace as an attempt, which never turns the refusal into another failure. Throws `FORBIDDEN`. */
export async function requireHeld(
  granter: Granter,
  gifts: readonly Gift[],
  refusal: string,
  { receiver = 'others', to, knows: mayKnow = async () => true }: Giving = {},
): Promise<void> {
  const { tenant, principal, access, metadata, now } = granter
  const unheld = await access.ask(
    (policy) => [
      ...new Set(
        gifts.flatMap((gift) => notHeld({ principal: access.principal, environment: access.environment, policy, now }, gift, receiver)),
      ),
    ],
    (lacking) => lacking.length === 0,
  )
  if (unheld.length === 0) return
  const gained = to && (await newTo(await to(), granter, gifts))
  const missing = gained ? unheld.filter((permission) => gained.includes(permission)) : unheld
  if (missing.length === 0) return
  const aggregate = { type: 'user', id: principal.id, name: nameOf(principal) }
  await tenant.note(signal({ event: escalationAttempted, aggregate, data: { route: metadata.source, missing } })).catch(() => undefined)
  if (!(await mayKnow())) throw problem('FORBIDDEN', { message: refusal })
  throw problem('FORBIDDEN', { message: `${refusal} You lack ${missing.join(', ')}.`, details: { missing } })
}

/**
 * What lies in a place is under whoever holds something there, so bringing something in hands it to them: what they hold there themselves, nobody
 * gains over it that way. Where it is no place itself, only permissions `over` what it is count. Throws `FORBIDDEN`.
 */
export async function requireNoGain(
  granter: Granter,
  { moved, place, over }: { moved: Scope; place: Scope; over?: string },
  refusal: string,
): Promise<void> {
  const { access, now } = granter
  const gained = await access.ask((policy) =>
    reachingAssignments(access.principal, policy, now)
      .filter(({ scope }) => isWithin(place, scope, policy))
      .flatMap(({ conditions, expiresAt, ...held }) =>
        permissionsOf(held, policy)
          .filter((permission) => !over || over === resourceIn(permission) || resourceIn(permission) === '*')
          .map((permission) => ({ permission, scope: moved, ...(conditions ? { conditions } : {}), ...(expiresAt ? { expiresAt } : {}) })),
      ),
  )
  return requireHeld(granter, gained, refusal, { receiver: 'oneself' })
}

/** What holds over something may hang on where it is, whose it is and what it is like: nobody gains over it by changing that. Throws `FORBIDDEN`. */
export async function requireNoGainOver(
  granter: Granter,
  { before, after, isOver }: { before: Resource; after: Resource; isOver(permission: string): boolean },
): Promise<void> {
  if (isDeepStrictEqual(before, after)) return
  const { access, now } = granter
  const { principal, environment } = access
  const gained = await access.ask((policy) => gainedOver({ principal, environment, policy, now }, before, after))
  const scope: Scope = after.id === undefined ? { type: 'organization' } : { type: 'resource', resourceType: after.type, id: after.id }
  const gifts = gained.filter(isOver).map((permission) => ({ permission, scope }))
  return requireHeld(granter, gifts, 'Nobody changes something so that they may do more with it.', { receiver: 'oneself' })
}

/** The same of something of ours, over which count the permissions for what it is, for its record and for what it was given. */
export function requireNoGainIn<T extends Versioned>(granter: Granter, entity: Entity<T>, before: T, after: T): Promise<void> {
  const asked = [entity.plural.toLowerCase(), 'audit', 'role_assignments', '*']
  const isOver = (permission: string) => asked.includes(resourceIn(permission))
  return requireNoGainOver(granter, { before: resourceOf(entity, before), after: resourceOf(entity, after), isOver })
}

/** What somebody holds may hang on what they are: to make them another is to give that. Throws `FORBIDDEN`. */
export async function requireNoneOpened(granter: Granter, before: Principal, after: Principal): Promise<void> {
  const gifts = await granter.policy.ask((known) => openedTo(before, after, known, granter.now))
  const receiver = after.id === granter.principal.id ? 'oneself' : 'others'
  return requireHeld(granter, gifts, 'Nobody changes somebody so that they may do what the one who changes them may not.', { receiver })
}

/** Each permission of what is given, by itself: roles are those of the organization that the handler acts in. */
export const permissionsIn = ({ policy }: Pick<Granter, 'policy'>, gifts: readonly Gift[]): Promise<Gift[]> =>
  policy.ask((known) =>
    gifts.flatMap(({ roleId, permission, ...where }) =>
      (permission ? [permission] : (known.role(roleId ?? '')?.permissions ?? [])).map((each) => ({ permission: each, ...where })),
    ),
  )

/** What reaches somebody now, by themselves or by their groups, each permission by itself. The basic role is everybody's, so it counts for nothing. */
export const heldBy = (granter: Pick<Granter, 'policy' | 'now'>, principal: Principal): Promise<Gift[]> =>
  granter.policy
    .ask((known) => reachingAssignments(principal, known, granter.now).filter(({ roleId }) => roleId !== BASIC_ROLE))
    .then((assignments) => permissionsIn(granter, assignments))
