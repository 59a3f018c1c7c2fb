import { segmentOf } from '../../shared/aggregates.ts'
import { historyOf, toHistory } from '../../shared/resource/history.ts'
import { serve } from '../../shared/serve/serve.ts'
import { listEvents } from './contract.ts'

export const handler = serve(listEvents, async ({ query: { aggregateType, aggregateId, ...page }, tenant }) => {
  const { items, nextCursor } = await historyOf(tenant, { name: segmentOf(aggregateType) }, aggregateId, page)
  return { items: items.map(toHistory), nextCursor }
})
