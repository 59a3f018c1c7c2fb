import type * as z from 'zod'
import { effectiveStatus } from '../../shared/identity/life-cycle.ts'
import type { Organization as OrganizationReply } from './contract.ts'
import type { Organization } from './organization.ts'

/** An organization as its members may see it, in the state that counts at this moment: cursor key and policy's number stay inside. */
export function toOrganization(organization: Organization, { now }: { now: string }): z.input<typeof OrganizationReply> {
  const { policyVersion: _policyVersion, cursorKey: _cursorKey, ...fields } = organization
  return { ...fields, status: effectiveStatus(organization, now) }
}
