import { problem } from '../errors.ts'
import { organizationKey, principalKey } from '../store/keys.ts'
import type { Tenant } from '../store/tenant.ts'
import { accessOf } from './access.ts'
import { barredFor } from './admit.ts'
import type { OrganizationGate, PrincipalGate } from './gates.ts'
import { callerIn, isHere } from './principals.ts'

/** Who asked for work that goes on without them, and how they came. */
export interface Asker {
  id: string
  ip: string
  mfa: boolean
}

/**
 * May whoever asked for long work still do it, as things are now? Throws `FORBIDDEN` where they are gone, shut out, or do not hold the permission
 * any more; the organization's, the person's and the policy's items must be readable (ORGANIZATION, USER, API_KEY, ROLE, GROUP, UNIT).
 */
export async function stillAllowed({ tenant, now }: { tenant: Tenant; now: string }, asker: Asker, permission: string): Promise<void> {
  const [organization, own] = (await tenant.read(organizationKey(tenant.id), principalKey(tenant.id, asker.id))) as [
    OrganizationGate?,
    PrincipalGate?,
  ]
  const maker =
    own?.makerId === undefined ? undefined : (await tenant.read<Record<string, unknown>>(principalKey(tenant.id, own.makerId)))[0]
  const principal = organization && callerIn({ principal: own as never, ...(maker ? { maker } : {}) }, organization)
  if (organization && isHere(principal) && !barredFor({ organization, principal, session: undefined }, now)) {
    const access = accessOf(
      tenant,
      { client: { ip: asker.ip, userAgent: '' }, now },
      { organization, principal, session: { mfa: asker.mfa } },
    )
    if (await access.allowed(permission)) return
  }
  throw problem('FORBIDDEN', { message: `Whoever asked for this may not do it any more: it takes the permission ${permission}.` })
}
