import { serve } from '../../shared/serve/serve.ts'
import { contextOf, NOBODY, permissionOf, resourceOf } from './authzen.ts'
import { searched } from './authzen-search.ts'
import { type Place, START } from './candidates.ts'
import { searchAuthzenSubjects } from './contract.ts'
import { requireAsking } from './evaluate.ts'
import { keysThatCan, peopleWhoCan } from './searching-people.ts'

export const handler = serve(searchAuthzenSubjects, async (call) => {
  const { subject, action, resource, context } = call.body
  const { type } = subject
  const permission = permissionOf(action.name, resource.type)
  const inquiry = { permission, resource: resourceOf(resource), context: contextOf(context) }
  await requireAsking(call, [{ ...inquiry, userId: NOBODY }])
  if (type === 'api_key')
    return searched<string, { type: string; id: string }>(searchAuthzenSubjects, call, call.body, async ({ limit, place: cursor }) => {
      const { ids, nextCursor } = await keysThatCan(call, inquiry, { limit, cursor })
      return { results: ids.map((id) => ({ type, id })), place: nextCursor }
    })
  return searched<Place, { type: string; id: string }>(searchAuthzenSubjects, call, call.body, async ({ limit, place = START }) => {
    if (type !== 'user') return { results: [], place: null }
    const found = await peopleWhoCan(call, inquiry, { limit, place })
    return { results: found.items.map(({ userId: id }) => ({ type, id })), place: found.place }
  })
})
