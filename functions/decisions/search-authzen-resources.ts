import { serve } from '../../shared/serve/serve.ts'
import { contextOf, permissionOf, subjectOf } from './authzen.ts'
import { searched } from './authzen-search.ts'
import { searchAuthzenResources } from './contract.ts'
import { thingsThatCan } from './searching-things.ts'

export const handler = serve(searchAuthzenResources, (call) => {
  const { subject, action, resource, context } = call.body
  const { type } = resource
  const inquiry = { ...subjectOf(subject), permission: permissionOf(action.name, type), type, context: contextOf(context) }
  return searched<string, { type: string; id: string }>(searchAuthzenResources, call, call.body, async ({ limit, place: cursor }) => {
    const found = await thingsThatCan(call, inquiry, { limit, cursor })
    return { results: (found?.items ?? []).map(({ id }) => ({ type, id })), place: found?.nextCursor }
  })
})
