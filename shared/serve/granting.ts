import { escalationAttempted } from '../access/denied.ts'
import { permissionsOf, reachingAssignments } from '../access/evaluate.ts'
import { type Gift, notHeld } from '../access/gift.ts'
import type { Principal, Scope } from '../access/model.ts'
import { resourceIn } from '../access/permission-names.ts'
import { isWithin } from '../access/scope.ts'
import { BASIC_ROLE } from '../access/system-roles.ts'
import type { Endpoint } from '../endpoint.ts'
import { problem } from '../errors.ts'
import { signal } from '../store/writes.ts'
import type { Call } from './call.ts'
import { nameOf } from './principals.ts'

/** Nobody hands out, by whatever route, what they do not hold themselves as wide, as long and under as few conditions. */

/** Who wants to hand something out, and on what ground. */
export type Granter = Pick<Call<Endpoint>, 'tenant' | 'organization' | 'principal' | 'access' | 'policy' | 'metadata' | 'now'>

/** What of these gifts whoever is to have it does not hold by now. */
async function newTo(to: Principal | undefined, { policy, now }: Granter, gifts: readonly Gift[]): Promise<string[]> {
  if (!to) return []
  return policy.ask((known) => gifts.flatMap((gift) => notHeld({ principal: to, environment: {}, policy: known, now }, gift)))
}

/**
 * What is held already is no gift: where the giver lacks something, whom it is for is asked. What is refused leaves a trace as an attempt,
 * which never turns the refusal into another failure. Throws `FORBIDDEN`.
 */
export async function requireHeld(
  granter: Granter,
  gifts: readonly Gift[],
  refusal: string,
  to?: () => Promise<Principal | undefined>,
): Promise<void> {
  const { tenant, principal, access, metadata, now } = granter
  const unheld = await access.ask(
    (policy) => [
      ...new Set(gifts.flatMap((gift) => notHeld({ principal: access.principal, environment: access.environment, policy, now }, gift))),
    ],
    (lacking) => lacking.length === 0,
  )
  if (unheld.length === 0) return
  const gained = to && (await newTo(await to(), granter, gifts))
  const missing = gained ? unheld.filter((permission) => gained.includes(permission)) : unheld
  if (missing.length === 0) return
  const aggregate = { type: 'user', id: principal.id, name: nameOf(principal) }
  await tenant.note(signal({ event: escalationAttempted, aggregate, data: { route: metadata.source, missing } })).catch(() => undefined)
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
  return requireHeld(granter, gained, refusal)
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
