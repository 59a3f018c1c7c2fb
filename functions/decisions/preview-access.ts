import { serve } from '../../shared/serve/serve.ts'
import { candidatesOf, type Place, START } from './candidates.ts'
import { effectOf, type Holding } from './changes.ts'
import { previewAccess } from './contract.ts'
import { casesOf } from './facts.ts'
import { cursorsOf } from './paging.ts'
import { previewed } from './previewing.ts'
import { seenOf } from './searching-people.ts'

const toHolding = ({ permission, scope, conditions = [], expiresAt }: Holding) => ({
  permission,
  scope,
  conditions: [...conditions],
  expiresAt: expiresAt ?? null,
})

export const handler = serve(previewAccess, async (call) => {
  const { limit, cursor, ...asked } = call.body
  const cursors = cursorsOf(previewAccess, call, asked)
  const start = cursors.open<Place>(cursor) ?? START
  const { change, concerned } = await previewed(call, asked.change)
  const { candidates, place } = await candidatesOf(call, concerned, { limit, place: start })
  const cases = await casesOf(
    call,
    candidates.map(({ id: userId }) => ({ userId, permission: previewAccess.permission })),
  )
  const items = await seenOf(call, concerned, candidates, cases, ({ principal }, policy) => {
    const { gains, losses } = effectOf(principal, policy, change, call.now)
    if (gains.length + losses.length === 0) return []
    return [{ userId: principal.id, gains: gains.map(toHolding), losses: losses.map(toHolding) }]
  })
  return { items, nextCursor: cursors.seal(place) }
})
