import type * as z from 'zod'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { Call } from '../../shared/serve/call.ts'
import { save } from '../../shared/store/writes.ts'
import { applyPatch } from './apply-patch.ts'
import type { updateOrganization } from './contract.ts'
import { detailsOf, type Organization, update } from './organization.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

type Changing = Pick<Call<Endpoint, Organization>, 'resource' | 'tenant' | 'now'> & { body: z.output<typeof updateOrganization.body> }

/** Writes what a patch changes, by whoever may; nothing when nothing changes. */
export async function commitDetails({ resource, body, tenant, now }: Changing) {
  const change = update(resource, applyPatch(detailsOf(resource), body), now)
  return change ? tenant.commit(save(organizations, change), toOrganization(change.after, now)) : toOrganization(resource, now)
}
