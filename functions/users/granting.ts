import { isOwn } from '../../shared/access/permission-names.ts'
import { administers, administratorRoles, BASIC_ROLE, type Role } from '../../shared/access/system-roles.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import { requireFresh } from '../../shared/identity/fresh.ts'
import type { Call } from '../../shared/serve/call.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import { type Granter, heldBy, knows, requireHeld, requireNoneOpened } from '../../shared/serve/granting.ts'
import { asPrincipal } from '../../shared/serve/principals.ts'
import { ROLE_UNKNOWN } from './problems.ts'
import type { User } from './user.ts'
import { users } from './user-store.ts'

export type { Granter } from '../../shared/serve/granting.ts'

const EVERYWHERE = { type: 'organization' } as const

/** Whoever is in another unit, group or department may hold more by it. Throws `FORBIDDEN`. */
export const requireNothingOpened = (granter: Granter, before: User, after: User): Promise<void> =>
  requireNoneOpened(granter, asPrincipal(before), asPrincipal(after))

/** The roles by these ids; refuses what the organization cannot hand out. */
export const rolesFor = ({ policy, organization }: Granter, roleIds: readonly string[]): Promise<Role[]> =>
  policy.ask((known) =>
    roleIds.map((id) => {
      const role = known.role(id)
      if (!role) throw problem(ROLE_UNKNOWN, { message: `There is no role ${id} in this organization.`, details: { roleId: id } })
      if (role.organizationType === 'any' || role.organizationType === organization.type) return role
      throw problem(ROLE_UNKNOWN, {
        message: `The role ${role.name} is not for organizations of the type ${organization.type}.`,
        details: { roleId: id },
      })
    }),
  )

/** The provider that somebody acts for, at a customer from outside or as one of its people within. */
export const inviterOf = ({ organization, principal }: Pick<Granter, 'organization' | 'principal'>): string | undefined =>
  principal.organizationId === organization.id ? principal.fromProvider : principal.organizationId

/** To administrate a customer is a right of its own, as are the permissions of its own: what somebody may do at the provider itself is no right over its customers. */
const wantedFor = ({ organization, principal }: Granter, { permissions }: Role): readonly string[] =>
  principal.organizationId !== organization.id && permissions.some((each) => administers(each) || isOwn(each))
    ? ['organizations:appoint']
    : permissions

/** Of these roles, those that are there: what was removed gives nothing, so anybody may take it away. */
export const withoutRemoved = ({ policy }: Granter, roleIds: readonly string[]): Promise<string[]> =>
  policy.ask((known) => roleIds.filter((id) => known.role(id)))

/** Nobody gives, or takes, a role with permissions they do not hold. The basic role is everybody's, so it is no grant. */
export async function requireGrantable(granter: Granter, roleIds: readonly string[]): Promise<void> {
  const roles = (await rolesFor(granter, roleIds)).filter(({ id }) => id !== BASIC_ROLE)
  const gifts = roles.flatMap((role) => wantedFor(granter, role)).map((permission) => ({ permission, scope: EVERYWHERE }))
  return requireHeld(granter, gifts, 'Nobody can hand out, or take away, permissions that they do not hold.')
}

/** Is one of these an administrator's? Giving or taking it takes a fresh session. */
export const grantsAdministration = (roleIds: readonly string[]) => roleIds.some((id) => administratorRoles.includes(id))

/** Shutting an administrator out takes a fresh session, as taking the role does. Throws `STEP_UP_REQUIRED`. */
export function requireFreshFor(call: Pick<Call<Endpoint>, 'session' | 'now'>, { assignments }: User): void {
  if (grantsAdministration(assignments.flatMap(({ roleId }) => roleId ?? []))) requireFresh(call)
}

/**
 * Nobody decides over a user who may do more than they do: whoever could move a mightier user's address could become them, and whoever
 * could lock them out could act unwatched. Oneself is nobody mightier. `what` is what they tried: `lock`, `change the address of`.
 */
export async function requireAsMighty(granter: Granter, user: User, what: string): Promise<void> {
  if (user.id === granter.principal.id) return
  const held = await heldBy(granter, user)
  await requireHeld(granter, held, `Nobody can ${what} a user who may do more than they.`, {
    knows: () => knows(granter, resourceOf(users, user), 'users:read'),
  })
}

/** The same, of a transition: `{ requires: asMighty('unlock') }`. */
export const asMighty = (what: string) => (user: User, granter: Granter) => requireAsMighty(granter, user, what)
