import { organizationCreated, organizationUpdated, providerEnded } from '../../events/organizations.ts'
import { problem } from '../../shared/errors.ts'
import type { OrganizationGate } from '../../shared/serve/call.ts'
import { diff } from '../../shared/store/changes.ts'
import { type Change, changed, created } from '../../shared/store/entity.ts'

export interface Contact {
  email?: string
  phone?: string
  address?: { line1: string; line2?: string; city: string; region?: string; postalCode?: string; country: string }
}

/** What an organization decides for itself; what is absent has its default. */
export interface Settings {
  mfaRequired?: boolean
  apiKeysFollowMaker?: boolean
  sessionPolicy?: { idleMinutes?: number; lifetimeMinutes?: number }
  auditRetentionDays?: number
  unitNameUniqueness?: 'siblings' | 'organization'
  branding?: { displayName?: string; logoUrl?: string; primaryColor?: string }
}

export interface Organization extends OrganizationGate {
  slug: string
  settings: Settings
  domain?: string
  ssoEnabled: boolean
  contact?: Contact
  /** Why it is in its present state, where somebody said so. */
  statusReason?: string
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
  details?: Partial<Pick<Organization, 'domain' | 'contact' | 'settings'>>
  /** The provider that makes it, and administers it from then on. */
  providerId?: string
}

/** A new organization, on trial. */
export function found({ id, name, slug, type, foundedBy, cursorKey, at, details, providerId }: Founding): Change<Organization> {
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
      ...details,
      ssoEnabled: false,
      createdBy: foundedBy,
      ...(providerId ? { provider: { organizationId: providerId, since: at } } : {}),
    },
    { event: organizationCreated, at, data: { name, slug, type, foundedBy, ...(providerId ? { providerId } : {}) } },
  )
}

/** What an organization's administrators may write of it. */
export type Details = Pick<Organization, 'name' | 'domain' | 'contact' | 'settings'>

export const detailsOf = ({ name, domain, contact, settings }: Organization): Details => ({ name, domain, contact, settings })

/** Gives the organization these details, all of them; `undefined` when they are what they were. */
export function update(organization: Organization, details: Details, at: string): Change<Organization> | undefined {
  const patch = detailsOf({ ...organization, domain: undefined, contact: undefined, ...details })
  if (Object.keys(diff(detailsOf(organization), patch)).length === 0) return undefined
  return changed(organization, patch, { event: organizationUpdated, at })
}

/**
 * The customer's own word: from the next request on, the provider is shut out, and a closing that it began is called off, which nobody
 * could do afterwards. There is no way back.
 */
export function endProvider(organization: Organization, at: string): Change<Organization> {
  const { provider } = organization
  if (!provider || provider.endedAt) throw problem('NOT_FOUND', { message: 'No provider administers this organization.' })
  const data = { providerId: provider.organizationId }
  const patch = { provider: { ...provider, endedAt: at }, closesAt: undefined }
  return changed<Organization>(organization, patch, { event: providerEnded, at, data })
}
