import { randomBytes } from 'node:crypto'
import { ADMIN_ROLE } from '../../shared/access/system-roles.ts'
import { isProblem, problem } from '../../shared/errors.ts'
import { putCard } from '../../shared/identity/membership-store.ts'
import { newId } from '../../shared/ids.ts'
import type { Call } from '../../shared/serve/call.ts'
import { Conflict } from '../../shared/store/commit.ts'
import type { Change } from '../../shared/store/entity.ts'
import { markerKey, slugKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { put, putNew, save, type Write } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { commitInvited, invite } from '../users/door.ts'
import { applyPatch } from './apply-patch.ts'
import type { createCustomerOrganization } from './contract.ts'
import type { Making } from './customer-cap.ts'
import { hasProvider, type ProvidedCustomer } from './customer-link.ts'
import { found, type Organization } from './organization.ts'
import { organizations } from './organization-store.ts'
import { SLUG_TAKEN } from './problems.ts'
import { slugOf, withSuffix } from './slug.ts'

type Founding = Call<typeof createCustomerOrganization>

const DAY_MS = 86_400_000

/**
 * Says, outside both tenants, which customer a repeated request has made already: its idempotency record lies in the provider's
 * tenant, and is written only with the link. Throws `REQUEST_IN_PROGRESS`.
 */
function markerOf({ idempotencyKey, body, organization, actor, now }: Founding, customerId: string): Write[] {
  if (idempotencyKey === undefined) return []
  const key = markerKey(hashOf(JSON.stringify([organization.id, actor.id, idempotencyKey, body])))
  const [expired, expires] = [-DAY_MS, DAY_MS].map((ms) => new Date(Date.parse(now) + ms).toISOString())
  const isFree = { expression: 'attribute_not_exists(pk) OR createdAt <= :expired', values: { ':expired': expired } }
  return [put(key, { organizationId: customerId, createdAt: now }, isFree, 'REQUEST_IN_PROGRESS', expires)]
}

/** The customer that the same request made before, when that is why a commit failed. */
const madeBefore = (error: unknown) =>
  isProblem(error, 'REQUEST_IN_PROGRESS') && error.cause instanceof Conflict
    ? (error.cause.stored?.organizationId as string | undefined)
    : undefined

function beginning({ body, organization, actor, now }: Founding, id: string, slug: string): Change<Organization> {
  const { admin: _admin, slug: _slug, name, ...patch } = body
  const { name: _name, ...details } = applyPatch({ name, settings: {} }, patch)
  const cursorKey = randomBytes(32).toString('base64url')
  return found({
    id,
    name,
    slug,
    type: 'customer',
    foundedBy: actor.id,
    cursorKey,
    at: now,
    details,
    providerId: organization.id,
  })
}

/** One transaction: the customer with its short name and its card, and the invited administrator. */
function write(call: Founding, tenant: Tenant, slug: string): Promise<Organization> {
  const { body, actor, now } = call
  const founded = beginning(call, tenant.id, slug)
  const writes = [
    ...markerOf(call, tenant.id),
    putNew(slugKey(slug), { organizationId: tenant.id }, SLUG_TAKEN),
    save(organizations, founded),
    putCard(founded.after),
  ]
  if (!body.admin) return tenant.commit(writes, founded.after)
  const who = { id: newId('usr', Date.parse(now)), organizationId: tenant.id }
  const admin = invite({ ...body.admin, ...who, roleIds: [ADMIN_ROLE], by: actor.id, at: now, invitedFrom: call.organization.id })
  return commitInvited({ tenant, now }, admin, () => founded.after, writes)
}

/** Makes the customer, in its own tenant. A request repeated after a crash finds the one it made. */
export async function foundCustomer(call: Founding): Promise<Making<ProvidedCustomer>> {
  const { body, organization, actor, session, now } = call
  const open = (id: string) => call.enter(id, { ...actor, sessionId: session.id, organizationId: organization.id })
  const id = newId('org', Date.parse(now))
  const slug = body.slug ?? slugOf(body.name, id)
  try {
    const made = await write(call, open(id), slug).catch((error) => {
      if (body.slug || !isProblem(error, SLUG_TAKEN)) throw error
      return write(call, open(id), withSuffix(slug, id))
    })
    return { value: asProvided(made), isEarlier: false }
  } catch (error) {
    const earlier = madeBefore(error)
    if (!earlier) throw error
    return { value: asProvided(await open(earlier).get(organizations, earlier)), isEarlier: true }
  }
}

function asProvided(organization: Organization | undefined): ProvidedCustomer {
  if (organization && hasProvider(organization)) return organization
  throw problem('REQUEST_IN_PROGRESS')
}
