import { customerIn } from '../endpoint.ts'
import { problem } from '../errors.ts'
import type { EventMetadata } from '../event.ts'
import { closedToProvider } from '../identity/door.ts'
import { customerKey, type Key, organizationKey } from '../store/keys.ts'
import { readNamed } from '../store/read-named.ts'
import { strip } from '../store/stored-item.ts'
import type { Item } from '../store/table.ts'
import type { Tenant } from '../store/tenant.ts'
import type { Actor, OrganizationGate, SignedRequest } from './call.ts'
import type { Idempotency } from './idempotency.ts'
import { type Found, foundAt, keysAt, openSite, siteOf } from './site.ts'

/** The provider's side of the link, where the request names a customer; read in the request's first batch. */
export function linkKeyOf({ contract, base }: SignedRequest, providerId: string): Key | undefined {
  const id = customerIn(contract, base)
  return id === undefined ? undefined : customerKey(providerId, id)
}

export interface Visit {
  providerId: string
  /** The provider's side of the link, as it was read. */
  link: Item | undefined
  actor: Actor
  metadata: EventMetadata
}

/** A tenant in which a request acts, with what was read there. */
export interface Entered extends Found {
  organization: OrganizationGate
  tenant: Tenant
  idempotency: Idempotency | undefined
  actor: Actor
  metadata: EventMetadata
}

/**
 * Goes on in the customer's tenant, on credentials that reach nothing else, once access is decided in the provider's. The customer's
 * own item is the authority for the link; unknown, foreign and ended are the same 404.
 */
export async function enterCustomer(request: SignedRequest, { providerId, link, ...visitor }: Visit): Promise<Entered> {
  const { contract, base, invalid } = request
  const id = customerIn(contract, base)
  // A body that cannot be read names nobody.
  if (id === undefined && invalid) throw invalid
  if (id === undefined || !link || link.endedAt) throw problem('NOT_FOUND')
  const site = siteOf(request, id, visitor.actor.id)
  const found = await readNamed(site.table, { organization: organizationKey(id), ...keysAt(site) })
  const organization = found.organization && strip<OrganizationGate>(found.organization)
  const provider = organization?.provider
  if (!organization || provider?.organizationId !== providerId || provider.endedAt) throw problem('NOT_FOUND')
  const refused = closedToProvider(organization, contract, base.now)
  if (refused) throw refused
  const metadata = { ...visitor.metadata, actorOrganizationId: providerId }
  const tenant = openSite(request, site, organization.cursorKey, metadata)
  const actor = { ...visitor.actor, organizationId: providerId }
  return { organization, tenant, idempotency: site.idempotency, actor, metadata, ...foundAt(request, found) }
}
