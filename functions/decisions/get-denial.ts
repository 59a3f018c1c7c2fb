import { problem } from '../../shared/errors.ts'
import { openReference } from '../../shared/serve/denial.ts'
import { serve } from '../../shared/serve/serve.ts'
import { getDenial } from './contract.ts'
import { explanationsOf, toEvaluation } from './evaluate.ts'

export const handler = serve(getDenial, async (call) => {
  const { permission, resource, environment, at } = openReference(call.params.reference, call)
  const { service } = environment
  const [answer] = await explanationsOf(call, [{ permission, resource, ...(service ? { context: { service } } : {}) }])
  if (!answer) throw problem('NOT_FOUND')
  const { type, id = null, unitId = null } = resource ?? {}
  return { permission, at, resource: type ? { type, id: id || null, unitId } : null, now: toEvaluation(answer, call) }
})
