import { serve } from '../../shared/serve/serve.ts'
import { listPermissions } from './contract.ts'
import { type Permission, permissions, productPermissions, toPermission } from './permission.ts'

type Shown = (typeof productPermissions)[number] | Permission

export const handler = serve(listPermissions, async ({ query, tenant }) => {
  const { items, nextCursor } = await tenant.list<Shown>({
    ...query,
    ahead: productPermissions,
    partitions: [permissions.plural],
    index: 'g1',
  })
  return { items: items.map((each) => ('version' in each ? toPermission(each) : each)), nextCursor }
})
