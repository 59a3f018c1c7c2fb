import { creates } from '../../shared/resource/verbs.ts'
import { createResource } from './contract.ts'
import { requireNoneGained, requirePlace, requireType } from './places.ts'
import { makeResource, resourceIdOf, resources, toResource } from './resource.ts'

export const handler = creates(
  createResource,
  resources,
  async (call) => {
    const { body, tenant, now } = call
    const removed = await tenant.get(resources, resourceIdOf(body.type, body.key))
    const change = makeResource(tenant.id, body, removed, now)
    // What was never registered is as whoever registers it says; what was is no other for having been taken out.
    if (removed) await requireNoneGained(call, removed, change.after)
    return { ...change, alongside: [requireType(tenant.id, body.type), ...requirePlace(tenant.id, body)] }
  },
  toResource,
)
