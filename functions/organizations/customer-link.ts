import { customerAdded, customerLeft } from '../../events/organizations.ts'
import { problem } from '../../shared/errors.ts'
import type { EventType } from '../../shared/event.ts'
import { customerKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { check, put, signal, type Write } from '../../shared/store/writes.ts'
import type { Organization } from './organization.ts'

/**
 * `T#CUSTOMER` / `<org>`: what a provider's own tenant holds of a customer, for its list and for the first look at every call. The
 * customer's own item decides.
 */
export interface CustomerLink {
  id: string
  name: string
  type: 'customer'
  status: Organization['status']
  since: string
  endedAt?: string
  /** The customer record's version that this shows. */
  version: number
}

/** A customer that was made by a provider. */
export type ProvidedCustomer = Organization & { provider: NonNullable<Organization['provider']> }

export const hasProvider = (organization: Organization): organization is ProvidedCustomer => organization.provider !== undefined

const MAX_TRIES = 3

const linkOf = ({ id, name, status, provider, version }: ProvidedCustomer): CustomerLink => ({
  id,
  name,
  type: 'customer',
  status,
  since: provider.since,
  version,
  ...(provider.endedAt ? { endedAt: provider.endedAt } : {}),
})

const tell = (event: EventType, { id, name }: ProvidedCustomer): Write =>
  signal({ event, aggregate: { type: 'customer', id, name }, data: { customerId: id }, fold: `${event.name}#${id}` })

/** The link as the customer is now, in place of what was shown before. After the link has ended, nothing new is told. */
export function linkWrites(providerId: string, customer: ProvidedCustomer, shown: CustomerLink | undefined): Write[] {
  const unmoved = shown
    ? { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': shown.version } }
    : { expression: 'attribute_not_exists(pk)' }
  const link = put(customerKey(providerId, customer.id), { ...linkOf(customer) }, unmoved, 'VERSION_CONFLICT')
  const hasLeft = customer.provider.endedAt !== undefined && shown?.endedAt === undefined
  return [link, ...(shown ? [] : [tell(customerAdded, customer)]), ...(hasLeft ? [tell(customerLeft, customer)] : [])]
}

/** The link is there already, by whoever was faster. */
export const linkStands = (providerId: string, { id }: ProvidedCustomer): Write =>
  check(customerKey(providerId, id), { expression: 'attribute_exists(pk)' }, 'CONFLICT')

/** Brings the provider's link to the customer's present version, whichever event asks, in whatever order and however often. */
export const relink = (provider: Tenant, customer: ProvidedCustomer): Promise<void> =>
  retryConflicts(async () => {
    const [shown] = await provider.read<CustomerLink>(customerKey(provider.id, customer.id))
    if (shown && (shown.endedAt || shown.version >= customer.version)) return
    await provider.commit(linkWrites(provider.id, customer, shown))
  }, MAX_TRIES)

/** Only a provider has customers. */
export function requireProvider({ type }: Pick<Organization, 'type'>) {
  if (type !== 'mss_provider') throw problem('FORBIDDEN', { message: 'Only a provider has customers, and this organization is none.' })
}
