import { serve } from '../../shared/serve/serve.ts'
import { type Place, START } from './candidates.ts'
import { whoCan } from './contract.ts'
import { toBecause } from './evaluate.ts'
import { cursorsOf } from './paging.ts'
import { peopleWhoCan } from './searching-people.ts'

export const handler = serve(whoCan, async (call) => {
  const { limit, cursor, ...asked } = call.body
  const cursors = cursorsOf(whoCan, call, asked)
  const { items, place } = await peopleWhoCan(call, asked, { limit, place: cursors.open<Place>(cursor) ?? START })
  return { items: items.map(({ userId, because }) => ({ userId, because: because.map(toBecause) })), nextCursor: cursors.seal(place) }
})
