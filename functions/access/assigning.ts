import { roleAssignmentDue } from '../../events/access.ts'
import type { Gift } from '../../shared/access/gift.ts'
import type { Scope } from '../../shared/access/model.ts'
import { cancelDue, due } from '../../shared/due/due.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import { requireFresh } from '../../shared/identity/fresh.ts'
import { requireAllowed } from '../../shared/serve/access.ts'
import type { Call } from '../../shared/serve/call.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import { type Granter, requireHeld } from '../../shared/serve/granting.ts'
import { itemKey, type Key } from '../../shared/store/keys.ts'
import { check, save, type Write } from '../../shared/store/writes.ts'
import { grantsAdministration, ROLE_UNKNOWN, rolesFor } from '../users/door.ts'
import { assign, assignments, type Giving, inlineOf, type RoleAssignment, takeAway } from './assignment.ts'
import { type Holder, holderOf } from './holder.ts'
import { requirePermissions } from './permission.ts'
import { SCOPE_UNKNOWN, SUBJECT_UNKNOWN } from './problems.ts'

/** How something is given and taken, by whatever route. */

type Acting = Granter & Pick<Call<Endpoint>, 'actor' | 'session'>

async function requireMine(call: Acting, holder: Holder | undefined, gift: Gift, what: string): Promise<void> {
  await holder?.requireAsMighty(call, what)
  await requireHeld(call, [gift], 'Nobody can give, or take away, what they do not hold as wide, as long and under as few conditions.')
  if (grantsAdministration(gift.roleId ? [gift.roleId] : [])) requireFresh(call)
}

/** The permission to give holds where the gift will. Throws `FORBIDDEN`. */
function requireAllowedIn({ access }: Acting, permission: string, scope: Scope): Promise<void> {
  const message = `You may not give anything there: it takes the permission ${permission} where it is to hold.`
  return requireAllowed(access, permission, resourceOf(assignments, { scope } as RoleAssignment), message)
}

const IS_THERE = { expression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)' }

/** Resources of ours that something may hold for by itself. */
const OURS: Record<string, string> = { user: 'USER', unit: 'UNIT', group: 'GROUP', role: 'ROLE' }

function keyOf(tenant: string, scope: Scope): Key | undefined {
  if (scope.type === 'organization') return undefined
  const type = scope.type === 'resource' ? scope.resourceType : scope.type
  return Object.hasOwn(OURS, type) ? itemKey(tenant, OURS[type] as string, scope.id) : undefined
}

/** What it is of, and where it is to hold, is there at the moment of the write. What is written anyway is there by its version. */
function requireThere(tenant: string, { roleId, permission, scope }: Giving, written: Key): Write[] {
  const role = roleId && /^rol_[0-9a-z]{26}$/.test(roleId) ? itemKey(tenant, 'ROLE', roleId) : undefined
  const place = keyOf(tenant, scope)
  return [
    ...(role ? [check(role, IS_THERE, ROLE_UNKNOWN)] : []),
    ...(place && place.pk !== written.pk && place.pk !== role?.pk ? [check(place, IS_THERE, SCOPE_UNKNOWN)] : []),
    ...requirePermissions(tenant, permission ? [permission] : []),
  ]
}

function requireLater(expiresAt: string | undefined, now: string): void {
  if (expiresAt === undefined || expiresAt > now) return
  throw problem('VALIDATION_ERROR', { details: { expiresAt: 'Must be in the future' } })
}

/** Gives something to somebody: the record, and what is written with it. */
export async function give(call: Acting, giving: Giving): Promise<{ given: RoleAssignment; writes: Write[] }> {
  const { tenant, actor, now } = call
  requireLater(giving.expiresAt, now)
  const holder = await holderOf(tenant, giving.subject)
  if (!holder) throw problem(SUBJECT_UNKNOWN)
  const change = assign(tenant.id, giving, actor.id, now)
  const given = change.after
  const there = requireThere(tenant.id, giving, holder.key)
  if (giving.roleId) await rolesFor(call, [giving.roleId])
  await requireAllowedIn(call, 'role_assignments:create', giving.scope)
  await requireMine(call, holder, inlineOf(given), 'give anything to')
  const { id: ref, expiresAt } = given
  const ends = expiresAt ? [due(roleAssignmentDue, { at: expiresAt, ref, data: {} })] : []
  return { given, writes: [...there, holder.gets(inlineOf(given), now), save(assignments, change), ...ends] }
}

/** What takes it away from whoever holds it, be it that they are gone. */
export const ending = (assignment: RoleAssignment, holder: Holder | undefined, now: string): Write[] => [
  ...(holder?.loses(assignment.id, now) ?? []),
  save(assignments, takeAway(assignment, now)),
]

export async function take(call: Acting, assignment: RoleAssignment): Promise<Write[]> {
  const { tenant, now } = call
  const holder = await holderOf(tenant, assignment.subject)
  await requireMine(call, holder, inlineOf(assignment), 'take anything from')
  const { id: ref, expiresAt } = assignment
  return [...ending(assignment, holder, now), ...(expiresAt ? [cancelDue(roleAssignmentDue, { at: expiresAt, ref })] : [])]
}
