import type { Endpoint } from '../../shared/endpoint.ts'
import type { Call } from '../../shared/serve/call.ts'
import { save } from '../../shared/store/writes.ts'
import { type Move, move } from './life-cycle.ts'
import type { Organization } from './organization.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

type Moving = Pick<Call<Endpoint, Organization>, 'resource' | 'tenant' | 'now'> & { body: { reason?: string | undefined } }

/** Leads a customer on in its life, and answers with its record as it is now. */
export const commitMove =
  (by: Move) =>
  ({ resource, body, tenant, now }: Moving) => {
    const change = move(resource, by, now, body.reason)
    return tenant.commit(save(organizations, change), toOrganization(change.after, now))
  }
