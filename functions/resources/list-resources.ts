import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { listResources } from './contract.ts'
import { resources, toResource } from './resource.ts'

export const handler = lists(
  listResources,
  async ({ query: { type, unitId, ...page }, tenant, access }) =>
    find(tenant, resources, { ...page, by: { TYPE: type, UNIT: unitId }, within: await access.reach(listResources.permission) }),
  toResource,
)
