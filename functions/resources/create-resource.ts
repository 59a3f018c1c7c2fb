import { creates } from '../../shared/resource/verbs.ts'
import { createResource } from './contract.ts'
import { requirePlace, requireType } from './places.ts'
import { makeResource, resourceIdOf, resources, toResource } from './resource.ts'

export const handler = creates(
  createResource,
  resources,
  async ({ body, tenant, now }) => ({
    ...makeResource(tenant.id, body, await tenant.get(resources, resourceIdOf(body.type, body.key)), now),
    alongside: [requireType(tenant.id, body.type), ...requirePlace(tenant.id, body)],
  }),
  toResource,
)
