import { type Code, type Problem, problem } from '../../shared/errors.ts'
import { leftWithProvider, shutBy } from '../../shared/identity/life-cycle.ts'
import { organizationKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { Organization } from '../organizations/door.ts'
import { type User, users } from '../users/door.ts'

/** A person's place in one organization. */
export interface Standing {
  organization: Organization
  user: User
}

const REFUSED: Partial<Record<User['status'], Code>> = { locked: 'ACCOUNT_LOCKED', disabled: 'ACCOUNT_DISABLED' }

/** Reads it in one batch; undefined where the person does not belong, or no longer. */
export async function readStanding(tenant: Tenant, userId: string): Promise<Standing | undefined> {
  const keys = [organizationKey(tenant.id), users.keyOf({ id: userId, organizationId: tenant.id })]
  const [organization, user] = (await tenant.read(...keys)) as [Organization | undefined, User | undefined]
  if (!organization || !user || user.deletedAt || user.status === 'invited' || leftWithProvider(organization, user)) return undefined
  return { organization, user }
}

/** Why somebody who proved who they are may not act there, if so. */
export function refusalOf({ organization, user }: Standing, now: string): Problem | undefined {
  const code = REFUSED[user.status]
  if (code) return problem(code, user.lockReason ? { details: { reason: user.lockReason } } : {})
  return shutBy(organization, now)
}
