import { serve } from '../../shared/serve/serve.ts'
import { getInclusionProof } from './contract.ts'
import { inclusion } from './prove.ts'

export const handler = serve(getInclusionProof, ({ query, tenant }) => inclusion(tenant, query))
