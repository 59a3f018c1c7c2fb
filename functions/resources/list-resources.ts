import { decide } from '../../shared/access/evaluate.ts'
import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import { listResources } from './contract.ts'
import { resources, toResource } from './resource.ts'

export const handler = lists(
  listResources,
  async ({ query: { type, unitId, ...page }, tenant, access, now }) => {
    const { items, nextCursor } = await find(tenant, resources, { ...page, by: { TYPE: type, UNIT: unitId } })
    const { permission } = listResources
    const shown = await access.ask((policy) =>
      items.filter((each) => decide({ ...access, policy, now, permission, resource: resourceOf(resources, each) }).allowed),
    )
    return { items: shown, nextCursor }
  },
  toResource,
)
