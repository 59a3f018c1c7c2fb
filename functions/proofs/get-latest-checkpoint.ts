import { problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { getLatestCheckpoint } from './contract.ts'
import { NOT_SEALED_YET } from './problems.ts'
import { toCheckpoint } from './prove.ts'
import { latest } from './tree-store.ts'

export const handler = serve(getLatestCheckpoint, async ({ tenant }) => {
  const head = await latest(tenant)
  if (!head) throw problem(NOT_SEALED_YET)
  return toCheckpoint(head)
})
