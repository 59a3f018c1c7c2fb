import type * as z from 'zod'
import { problem } from '../../shared/errors.ts'
import { detailsOf } from '../../shared/serve/incoming.ts'
import { serve } from '../../shared/serve/serve.ts'
import { inquiryOf, toDecision } from './authzen.ts'
import { AuthzenRequest, evaluateAuthzenMany } from './contract.ts'
import { answersTo } from './evaluate.ts'

type Body = z.output<typeof evaluateAuthzenMany.body>
type Decision = ReturnType<typeof toDecision>

/** Each with the defaults in place of what it does not say; what is still missing then makes the whole malformed. */
function requestsOf({ evaluations = [], options: _options, ...defaults }: Body, isMany: boolean) {
  return (isMany ? evaluations : [{}]).map((each, n) => {
    const parsed = AuthzenRequest.safeParse({ ...defaults, ...each })
    if (parsed.success) return parsed.data
    const at = isMany ? `evaluations.${n}.` : ''
    const details = Object.entries(detailsOf(parsed.error)).map(([field]) => [at + field, 'Required'])
    throw problem('VALIDATION_ERROR', { details: Object.fromEntries(details) })
  })
}

/** Up to the first that settles it, and with it. */
function settled(decisions: readonly Decision[], semantic: string): Decision[] {
  const settling = { deny_on_first_deny: false, permit_on_first_permit: true }[semantic]
  const first = decisions.findIndex(({ decision }) => decision === settling)
  return first < 0 ? [...decisions] : decisions.slice(0, first + 1)
}

export const handler = serve(evaluateAuthzenMany, async (call) => {
  const { evaluations = [], options = {} } = call.body
  const isMany = evaluations.length > 0
  const decisions = (await answersTo(call, requestsOf(call.body, isMany).map(inquiryOf))).map(toDecision)
  // Without questions of their own, the request is a single one.
  if (!isMany) return decisions[0] as Decision
  return { evaluations: settled(decisions, options.evaluations_semantic ?? 'execute_all') }
})
