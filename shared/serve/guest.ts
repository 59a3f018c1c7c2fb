import { guestRead } from '../access/denied.ts'
import type { Endpoint } from '../endpoint.ts'
import { Problem, problem } from '../errors.ts'
import { leftWithProvider } from '../identity/door.ts'
import { organizationKey, principalKey } from '../store/keys.ts'
import { openTenant } from '../store/tenant.ts'
import { signal } from '../store/writes.ts'
import { accessOf } from './access.ts'
import { barredFor, type OpenGate, recordDenial } from './admit.ts'
import type { Actor, Base, OrganizationGate, PrincipalGate, SignedRequest } from './call.ts'
import { Replay } from './idempotency.ts'
import { metadataOf } from './metadata.ts'
import { isHere, nameOf } from './principals.ts'

/** A provider's person at a customer: let in as long as both sides want it, and each request leaves its trace with the customer. */

const AT_HOME_FIRST = 'This session has not been used yet. Send a request without X-Organization-Id first, such as GET /api/v1/auth/me.'
const SENDING = 'remote_access:create'
const NOT_SENT = `Your own organization does not let you go there: it takes its permission ${SENDING}.`

/** The guest with what their provider says of them, or why it does not send them. */
type Sent = { principal: PrincipalGate } | { refused: Problem }

/**
 * Asks the provider, in its own tenant and as it is at this moment: its person must be there, let in, and allowed to enter this customer. What
 * an administrator there decides about them so holds here at their next request.
 */
export async function sentBy({ contract, base }: SignedRequest, { organization, principal, session }: OpenGate): Promise<Sent> {
  if (!session) return { refused: problem('INVALID_SESSION', { message: AT_HOME_FIRST }) }
  const { meter, now } = base
  const { providerId = '', id } = principal
  const metadata = metadataOf(contract, base, actorOf(principal))
  const provider = openTenant({ id: providerId, meter, now, metadata })
  const [sender, person] = (await provider.read(organizationKey(providerId), principalKey(providerId, id))) as [
    OrganizationGate?,
    PrincipalGate?,
  ]
  if (!sender || !isHere(person) || leftWithProvider(sender, person)) return { refused: problem('NOT_FOUND') }
  const barred = barredFor({ organization: sender, principal: person, session }, now)
  if (barred) return { refused: barred }
  const access = accessOf(provider, base, { organization: sender, principal: person, session })
  const isSent = await access.allowed(SENDING, { type: 'organization', id: organization.id })
  if (!isSent) return { refused: problem('FORBIDDEN', { message: NOT_SENT, details: { missing: SENDING } }) }
  const { reapprovedAt } = person
  return { principal: { ...principal, ...(reapprovedAt ? { reapprovedAt } : {}) } }
}

/** Who acts, as their events say. */
export const actorOf = (principal: PrincipalGate): Actor => ({
  id: principal.id,
  kind: principal.kind,
  name: nameOf(principal),
  ...(principal.providerId ? { organizationId: principal.providerId } : {}),
})

const idOf = (shown: unknown) => {
  const { id } = (shown ?? {}) as { id?: unknown }
  return typeof id === 'string' ? [id] : []
}

/** What an answer shows: the elements of a list, or the one thing; where that has no id, the one that the path names. */
export function idsShown({ list }: Endpoint, reply: unknown, params: unknown): string[] {
  if (list) return ((reply as { items?: unknown[] } | undefined)?.items ?? []).flatMap(idOf)
  const own = idOf(reply)
  return own.length > 0 ? own : idOf(params)
}

type Witnessed = Pick<SignedRequest, 'contract' | 'base'> & { principal: PrincipalGate; home: Parameters<typeof recordDenial>[1] }

/** The customer knows of it before the guest does: without this trace there is no answer. */
async function keepReceipt({ contract, principal, home }: Witnessed, ids: string[]): Promise<void> {
  const { id, accessId = '' } = principal
  const receipt = signal({
    event: guestRead,
    aggregate: { type: 'technician_access', id: accessId },
    data: { route: contract.route, accessId, ids },
  })
  await home.note(receipt).catch((cause: unknown) => {
    throw problem('UNAVAILABLE', { message: `What ${id} was about to see could not be put on record. Try again.`, cause })
  })
}

const replayed = ({ answer }: Replay, base: Base) => {
  const { data } = (answer.body ?? {}) as { data?: unknown }
  return Array.isArray(data) ? data.flatMap(idOf) : [...idOf(data), ...idOf(base.params)].slice(0, 1)
}

/** Does a guest's work, and records what they were shown, or what they were refused. */
export async function witnessed<T>(by: Witnessed, work: () => Promise<T>): Promise<T> {
  const { contract, base, home, principal } = by
  const reply = await work().catch(async (error: unknown) => {
    if (error instanceof Replay) await keepReceipt(by, replayed(error, base))
    if (error instanceof Problem) await recordDenial(contract, home, base, principal, error)
    throw error
  })
  await keepReceipt(by, idsShown(contract, reply, base.params))
  return reply
}
