import { resourceIn } from '../../shared/access/permission-names.ts'
import { serve } from '../../shared/serve/serve.ts'
import { contextOf, permissionOf, resourceOf, subjectOf } from './authzen.ts'
import { searched } from './authzen-search.ts'
import { searchAuthzenActions } from './contract.ts'
import { pageBehind } from './paging.ts'
import { actionsOn } from './searching-things.ts'

export const handler = serve(searchAuthzenActions, (call) => {
  const { subject, resource, context } = call.body
  const inquiry = { ...subjectOf(subject), resource: resourceOf(resource), context: contextOf(context) }
  return searched<string, { name: string }>(searchAuthzenActions, call, call.body, async ({ limit, place: after }) => {
    const names = await actionsOn(call, inquiry, resourceIn(permissionOf('', resource.type)))
    const { items, last } = pageBehind(names, (name) => name, { limit, after })
    return { results: items.map((name) => ({ name })), place: last }
  })
})
