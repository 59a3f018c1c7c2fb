import { serve } from '../../shared/serve/serve.ts'
import { getConsistencyProof } from './contract.ts'
import { consistency } from './prove.ts'

export const handler = serve(getConsistencyProof, ({ query, tenant }) => consistency(tenant, query))
