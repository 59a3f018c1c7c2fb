import type * as z from 'zod'
import type { Organization as OrganizationReply } from './contract.ts'
import type { Organization } from './organization.ts'

/** An organization as its members may see it: the cursor key and the policy's number stay inside. */
export function toOrganization(organization: Organization): z.input<typeof OrganizationReply> {
  const { policyVersion: _policyVersion, cursorKey: _cursorKey, ...fields } = organization
  return fields
}
