import { barOf } from '../../shared/access/evaluate.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { pageOf } from '../../shared/resource/page-of.ts'
import type { Call } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { customerKey, guestEntriesPartition } from '../../shared/store/keys.ts'
import { readAll } from '../../shared/store/pages.ts'
import { strip } from '../../shared/store/writes.ts'
import { listCustomerAccess } from './contract.ts'
import { type GuestEntry, placeLimits } from './guest.ts'

/** What of the provider's link matters here. */
interface Linked {
  name: string
  endedAt?: string
}

const isOpenNow = (entry: GuestEntry, { principal, client, now }: Pick<Call<Endpoint>, 'principal' | 'client' | 'now'>) =>
  barOf({ principal: { ...principal, limits: placeLimits(entry) }, environment: { ip: client.ip }, now }) === undefined

/** Where the link stands and the access has not ended; both are asked again where they enter. */
export const handler = serve(listCustomerAccess, async (call) => {
  const { lookups, organization, principal, tenant, query, now } = call
  const entries = (await readAll(lookups, guestEntriesPartition(principal.id))).map((item) => strip<GuestEntry>(item))
  const standing = entries.filter(
    ({ providerId, endedAt, expiresAt = '' }) => providerId === organization.id && !endedAt && !(expiresAt !== '' && expiresAt <= now),
  )
  const binding = { key: organization.cursorKey, tenant: organization.id, list: `${listCustomerAccess.route}#${principal.id}` }
  const page = pageOf(
    standing.map((entry) => ({ ...entry, id: entry.organizationId })),
    query,
    binding,
  )
  const links = page.items.length > 0 ? await tenant.read<Linked>(...page.items.map(({ id }) => customerKey(organization.id, id))) : []
  const items = page.items.flatMap((entry, n) => {
    const link = links[n]
    return link && !link.endedAt ? [{ ...entry, name: link.name, openNow: isOpenNow(entry, call) }] : []
  })
  return { ...page, items }
})
