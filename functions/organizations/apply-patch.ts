import type * as z from 'zod'
import { problem } from '../../shared/errors.ts'
import { mergePatch } from '../../shared/merge-patch.ts'
import { detailsOf as fieldsOf } from '../../shared/serve/incoming.ts'
import { type updateOrganization, Details as Whole } from './contract.ts'
import type { Details } from './organization.ts'

/** Details as a merge patch leaves them. Throws `VALIDATION_ERROR` when the parts are right and the whole is not. */
export function applyPatch(details: Details, patch: z.output<typeof updateOrganization.body>): Details {
  const merged = mergePatch(details, patch)
  const patched = { ...merged, settings: merged.settings ?? {} }
  const whole = Whole.safeParse(patched)
  if (!whole.success) throw problem('VALIDATION_ERROR', { details: fieldsOf(whole.error) })
  return patched
}
