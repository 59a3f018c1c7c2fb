import type { Prepare } from './cost-call.ts'
import { eventually, type Someone } from './journey.ts'

/** The entry of the first leaf: to show that the tree of one stands on it takes no tile. */
async function firstSealed({ api }: Someone): Promise<string> {
  await eventually(
    () => api.listCheckpoints(),
    ({ data }) => data.items.length > 0,
  )
  const { items } = (await api.listAuditLogs({ query: { limit: 100 } })).data
  for (const { id: entryId } of items) {
    const proof = await api.getInclusionProof({ query: { entryId } }).catch(() => undefined)
    if (proof?.data.leafIndex === 0) return entryId
  }
  throw new Error('No entry is that of the first leaf.')
}

/** Of an organization that stays as it was founded. */
export function proofCalls(bea: Someone): Record<string, Prepare> {
  return {
    listCheckpoints: async () => () => bea.api.listCheckpoints({ query: { limit: 1 } }),
    getLatestCheckpoint: async () => () => bea.api.getLatestCheckpoint(),
    async getInclusionProof() {
      const entryId = await firstSealed(bea)
      return () => bea.api.getInclusionProof({ query: { entryId, treeSize: '1' } })
    },
    getConsistencyProof: async () => () => bea.api.getConsistencyProof({ query: { from: '1', to: '1' } }),
  }
}
