import { find } from '../../shared/resource/find.ts'
import { serve } from '../../shared/serve/serve.ts'
import { listGroupMembers } from './contract.ts'
import { groups } from './group.ts'
import { members, toMember } from './member.ts'

export const handler = serve(listGroupMembers, { resource: groups }, async ({ resource, query, tenant }) => {
  const { items, nextCursor } = await find(tenant, members, { ...query, by: { GROUP: resource.id } })
  return { items: items.map(toMember), nextCursor }
})
