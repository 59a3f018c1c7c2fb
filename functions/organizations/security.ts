import type * as z from 'zod'
import type { Endpoint } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import { requireFresh } from '../../shared/identity/fresh.ts'
import { recordDenial } from '../../shared/serve/admit.ts'
import type { Call } from '../../shared/serve/call.ts'
import type { OrganizationPatch } from './contract.ts'
import type { Organization } from './organization.ts'

type Patch = z.output<typeof OrganizationPatch>

/** What keeps members' accounts and the record safe: changing it is a right of its own. */
const SECURITY = ['mfaRequired', 'sessionPolicy', 'apiKeysFollowMaker', 'auditRetentionDays'] as const

/** Does a patch name any of it, whatever stands there now? `null` for all settings sets it back to its defaults. */
export const touchesSecurity = ({ settings }: Patch) => settings === null || SECURITY.some((name) => settings?.[name] !== undefined)

const FACTOR_FIRST =
  'Set up your own second factor first (POST /api/v1/auth/mfa/setup), or sign in with it: only somebody who passed one in this session can demand one of everybody.'

type Changing = Pick<Call<Endpoint>, 'session' | 'principal' | 'now' | 'requestId' | 'access' | 'enter'> & {
  body: Patch
  /** As it is; absent where it is being made. */
  resource?: Organization
}

/**
 * Security settings take a permission of their own and a fresh session; and whoever demands a second factor of everybody must have
 * passed one, or they would shut themselves out. Throws `FORBIDDEN`, `MFA_REQUIRED`, `STEP_UP_REQUIRED`.
 */
export async function requireSecurity(contract: Endpoint, call: Changing, permission: string): Promise<void> {
  const { body, resource, session, principal } = call
  if (!touchesSecurity(body)) return
  if (!(await call.access.allowed(permission))) {
    const message = `Changing security settings takes the permission ${permission}.`
    const denied = problem('FORBIDDEN', { message, details: { missing: permission } })
    await recordDenial(contract, call.enter(principal.organizationId), call, principal, denied)
    throw denied
  }
  const demands = body.settings?.mfaRequired === true && resource?.settings.mfaRequired !== true
  if (demands && !session.mfa) throw problem('MFA_REQUIRED', { message: FACTOR_FIRST })
  requireFresh(call)
}
