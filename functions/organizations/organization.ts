import { organizationCreated } from '../../events/organizations.ts'
import type { OrganizationGate } from '../../shared/serve/call.ts'
import { type Change, created } from '../../shared/store/entity.ts'

export interface Contact {
  email?: string
  phone?: string
  address?: { line1: string; line2?: string; city: string; region?: string; postalCode?: string; country: string }
}

export interface Organization extends OrganizationGate {
  slug: string
  domain?: string
  ssoEnabled: boolean
  contact?: Contact
  createdBy: string
}

export interface Founding {
  id: string
  name: string
  slug: string
  type: Organization['type']
  foundedBy: string
  /** 256 random bits, base64url: signs the organization's cursors. */
  cursorKey: string
  at: string
}

/** A new organization, on trial. */
export function found({ id, name, slug, type, foundedBy, cursorKey, at }: Founding): Change<Organization> {
  return created<Organization>(
    {
      id,
      organizationId: id,
      name,
      slug,
      type,
      status: 'trial',
      policyVersion: 1,
      cursorKey,
      settings: {},
      ssoEnabled: false,
      createdBy: foundedBy,
    },
    { event: organizationCreated, at, data: { name, slug, type, foundedBy } },
  )
}
