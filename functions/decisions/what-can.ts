import type * as z from 'zod'
import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { whatCan } from './contract.ts'
import { toBecause } from './evaluate.ts'
import type { Asking } from './facts.ts'
import { cursorsOf, pageBehind } from './paging.ts'
import { permissionsHeldBy, thingsThatCan } from './searching-things.ts'

type Body = z.output<typeof whatCan.body>
type Cursors = ReturnType<typeof cursorsOf>

async function permissions(call: Asking, { limit, cursor, userId, context }: Body, cursors: Cursors) {
  const held = await permissionsHeldBy(call, { userId, context })
  if (!held) throw problem('NOT_FOUND')
  const { items, last } = pageBehind(held, ({ permission }) => permission, { limit, after: cursors.open<string>(cursor) })
  return { items: items.map((each) => ({ ...each, resource: null, because: [] })), nextCursor: cursors.seal(last) }
}

export const handler = serve(whatCan, async (call) => {
  const { limit, cursor, ...asked } = call.body
  const cursors = cursorsOf(whatCan, call, asked)
  const { permission, type } = asked
  if (permission === undefined || type === undefined) return permissions(call, call.body, cursors)
  const found = await thingsThatCan(call, { ...asked, permission, type }, { limit, cursor: cursors.open<string>(cursor) })
  if (!found) throw problem('NOT_FOUND')
  const items = found.items.map(({ because, ...resource }) => ({ permission, resource, scopes: [], because: because.map(toBecause) }))
  return { items, nextCursor: cursors.seal(found.nextCursor) }
})
